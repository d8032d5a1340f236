import type { Recorded } from "./recorded.ts";

/** Numbers that stand for something else while they are recorded. */
const placeholders = new Map<number, Recorded>();

/**
 * Runs a function in which a float32 scalar of some value is recorded as something else. So a number
 * that code of others keeps for itself, as an optimizer its learning rate, can become an input.
 *
 * @param value One that no other scalar is likely to have.
 */
export function withPlaceholder<T>(value: number, tensor: Recorded, fn: () => T): T {
  placeholders.set(Math.fround(value), tensor);
  try {
    return fn();
  } finally {
    placeholders.delete(Math.fround(value));
  }
}

/** What a scalar stands for, if it stands for something. */
export function placeholderOf(value: number): Recorded | undefined {
  return placeholders.get(value);
}
