import type { NdArray } from "../array/ndarray.ts";
import { checkConstraints, isIntegerBetween, isOneOf } from "../constraints.ts";
import { InputError } from "../input_error.ts";
import { DEVICE_NAMES } from "./device.ts";

/** An input or output of a model. */
export interface Port {
  readonly name: string;
  /** Of its elements, such as `float32`; undefined where it is no tensor. */
  readonly type?: string;
  /** Free sizes are names, or -1. */
  readonly shape?: readonly (number | string)[];
}

/**
 * Checks what a session is asked for.
 *
 * @throws {InputError} If there is no such device, or no such number of threads.
 */
export function checkSession({ device, threads = 0 }: { device: string; threads?: number }): void {
  checkConstraints({ device, threads }, [
    ["device", `one of ${DEVICE_NAMES.join(", ")}`, isOneOf(DEVICE_NAMES)],
    ["threads", "an integer from 0 to 1024", isIntegerBetween(0, 1024)],
  ], "create session");
}

/**
 * Checks an array against the input that a model takes.
 *
 * @throws {InputError} If it is not given, or has another shape.
 */
export function checkFits({ name, shape: needed }: Port, array: NdArray | undefined): void {
  if (needed === undefined) return;
  const shape = array?.shape;
  const fits = shape?.length === needed.length &&
    needed.every((size, axis) => typeof size === "string" || size < 0 || size === shape[axis]);
  if (fits) return;
  throw new InputError(
    `Cannot run model: its input "${name}" is ${
      shape === undefined ? "not given" : `of shape [${shape}]`
    }, [${needed}] is needed`,
  );
}
