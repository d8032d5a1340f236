import { type NdArray, ndarray, sizeOf } from "../../lib/array/ndarray.ts";
import type { Random } from "../../lib/array/random.ts";

/** Numbers at which parsers go wrong. */
const NUMBERS = [
  ..."0 -0 1 -1 0.5 1e-320 -1e-9 255 256 65536 2147483647 -2147483648 4294967296".split(" "),
  ...'9007199254740993 1e308 1e999 -1e999 1e12 NaN Infinity null "" [] {} true 00 0x1'.split(" "),
];

/** Text in which something is altered: a number, a word, a piece, a letter. */
export function mutateText(text: string, random: Random): string {
  const pick = <T>(items: readonly T[]) => items[random.integer(items.length)];
  switch (random.integer(6)) {
    case 0: {
      const numbers = [...text.matchAll(/-?\d+(\.\d+)?(e[-+]?\d+)?/gi)];
      if (numbers.length === 0) return `${text}${pick(NUMBERS)}`;
      const { index, 0: found } = pick(numbers);
      return text.slice(0, index) + pick(NUMBERS) + text.slice(index + found.length);
    }
    case 1: {
      const words = [...text.matchAll(/[A-Za-z_]+/g)];
      if (words.length === 0) return text.slice(1);
      const { index, 0: found } = pick(words);
      return text.slice(0, index) + pick(words)[0] + text.slice(index + found.length);
    }
    case 2:
      return text.slice(0, random.integer(text.length + 1));
    case 3: { // a line twice, or not at all
      const lines = text.split("\n");
      const at = random.integer(lines.length);
      return [...lines.slice(0, at), ...random.integer(2) === 0 ? [] : [lines[at], lines[at]]]
        .concat(lines.slice(at + 1)).join("\n");
    }
    case 4: { // a piece moved
      const [start, size, to] = [0, 0, 0].map(() => random.integer(text.length));
      const piece = text.slice(start, start + size % 40);
      return text.slice(0, to) + piece + text.slice(to);
    }
    default: {
      const at = random.integer(text.length);
      const letter = pick([...',;"[]{}:-+.e\n\r\t\0 é=', "\u{1f642}"]);
      return text.slice(0, at) + letter + text.slice(at + random.integer(2));
    }
  }
}

/** Bytes in which something is altered: bits, a piece, the length, a field of four bytes. */
export function mutateBytes(bytes: Uint8Array, random: Random): Uint8Array<ArrayBuffer> {
  const at = () => random.integer(Math.max(1, bytes.length));
  const copy = Uint8Array.from(bytes);
  switch (random.integer(5)) {
    case 0:
      for (let i = random.integer(4); i >= 0; i--) copy[at()] ^= 1 << random.integer(8);
      return copy;
    case 1:
      return copy.slice(0, at());
    case 2: { // a field of four bytes, little or big endian
      const values = [0, 1, 0x7fffffff, 0x80000000, 0xffffffff, copy.length, random.integer(1e6)];
      if (copy.length < 4) return copy;
      new DataView(copy.buffer).setUint32(
        random.integer(copy.length - 3),
        values[random.integer(values.length)],
        random.integer(2) === 0,
      );
      return copy;
    }
    case 3: {
      const [start, end] = [at(), at()].sort((a, b) => a - b);
      return Uint8Array.from([...copy.subarray(0, start), ...copy.subarray(end)]);
    }
    default: {
      const start = at();
      const piece = copy.subarray(start, start + random.integer(64));
      const to = at();
      return Uint8Array.from([...copy.subarray(0, to), ...piece, ...copy.subarray(to)]);
    }
  }
}

/** Arrays of which one is altered: missing, of another name, shape, type or with other numbers. */
export function mutateArrays(
  arrays: Readonly<Record<string, NdArray>>,
  random: Random,
): Record<string, NdArray> {
  const names = Object.keys(arrays);
  const name = names[random.integer(names.length)];
  const { [name]: array, ...others } = arrays;
  const other = names[random.integer(names.length)];
  switch (random.integer(6)) {
    case 0:
      return others;
    case 1:
      return { ...others, [`${name}_`]: array };
    case 2:
      return { ...arrays, [name]: arrays[other] };
    case 3: {
      const shapes = [[sizeOf(array.shape)], [...array.shape, 1], [1, ...array.shape]];
      const shape = shapes[random.integer(shapes.length)];
      return { ...arrays, [name]: ndarray(array.dtype, shape, array.data) };
    }
    case 4: { // fewer or no rows
      const rows = random.integer(array.shape[0] + 1);
      const shape = [rows, ...array.shape.slice(1)];
      const data = array.data.slice(0, sizeOf(shape)) as Float32Array;
      return { ...arrays, [name]: ndarray(array.dtype as "float32", shape, data) };
    }
    default: {
      const data = Float64Array.from(array.data, Number);
      const odd = [NaN, Infinity, -Infinity, 0.5, -1, 1e12, -1e300, 1e-310, 300, 2 ** 31];
      for (let i = random.integer(3); i >= 0; i--) {
        data[random.integer(Math.max(1, data.length))] = odd[random.integer(odd.length)];
      }
      return { ...arrays, [name]: ndarray("float64", array.shape, data) };
    }
  }
}
