import { InputError } from "../../lib/input_error.ts";
import type { ExportInput } from "../export/free_sizes.ts";

/**
 * Reads shapes such as `images=1x?x?x3`, where `?` is a free size.
 *
 * @throws {InputError} If one is not of that form.
 */
export function parseShapes(texts: readonly string[]): Record<string, ExportInput> {
  return Object.fromEntries(texts.map((text) => {
    const [, name, sizes] = /^(.+)=((?:\d+|\?)(?:x(?:\d+|\?))*)$/.exec(text) ?? [];
    if (name === undefined) {
      throw new InputError(
        `Cannot use shape "${text}": NAME=SIZES such as images=?x224x224x3 is needed, with ? for a free size`,
      );
    }
    return [name, { shape: sizes.split("x").map((size) => size === "?" ? null : Number(size)) }];
  }));
}
