import { assert, assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import type { LabelledImages } from "../../../lib/data/mod.ts";
import { slice } from "../../../lib/array/rows.ts";
import { createSession, type Session } from "../../../lib/runtime/session.ts";
import type { Trained } from "../../../train/run/train_system.ts";

/** Images of 8x8 that are light on the left (label 1) or on the right (label 4), in turn. */
export function sides(count: number): LabelledImages {
  const labels = Int32Array.from({ length: count }, (_, i) => i % 2 === 0 ? 1 : 4);
  const pixels = Uint8Array.from({ length: count * 64 }, (_, p) => {
    const isLight = p % 8 < 4 === (labels[p >> 6] === 1);
    return (isLight ? 200 : 0) + p * 7 % 50;
  });
  return { images: ndarray("uint8", [count, 8, 8, 1], pixels), labels };
}

/** Some of the images, in order. */
export function part(
  { images, labels }: LabelledImages,
  start: number,
  end: number,
): LabelledImages {
  return { images: slice(images, start, end), labels: labels.slice(start, end) };
}

/** Images of which none has a label, as `few-labels` takes them. */
export function withoutLabels(all: LabelledImages) {
  return {
    labelled: part(all, 0, 0),
    train: all.images,
    validation: undefined,
    test: undefined,
    labelSamples: [],
  };
}

/** Checks what holds of every trained system: a flat history, and models as TensorFlow.js computes. */
export function checkTrained(trained: Trained, epochs: number): void {
  assertEquals(
    trained.history.map(({ epoch }) => epoch),
    Array.from({ length: epochs }, (_, i) => i + 1),
  );
  for (const log of trained.history) {
    for (const [name, value] of Object.entries(log)) {
      if (name !== "phase") assert(Number.isFinite(value), `${name} is ${value}`);
    }
  }
  for (const [file, difference] of Object.entries(trained.exportCheck)) {
    assert(difference < 1e-4, `${file} is off by ${difference}`);
  }
  assert(trained.layers.length > 0);
}

/** Opens one of the models of a trained system. */
export function open(trained: Trained, file: string): Promise<Session> {
  return createSession(trained.models[file], { threads: 1 });
}
