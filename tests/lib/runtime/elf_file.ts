/** The bytes of a shared library that needs others and does nothing (System V ABI, chapter 4). */
export function elfFile(needed: readonly string[]): Uint8Array {
  const text = new TextEncoder().encode(`\0${needed.map((name) => `${name}\0`).join("")}`);
  const [header, segment, tag, base] = [64, 56, 16, 0x10000];
  const tags = header + 2 * segment;
  const strings = tags + (needed.length + 3) * tag;
  const bytes = new Uint8Array(strings + text.length);
  const view = new DataView(bytes.buffer);
  const words = (at: number, values: readonly number[]) =>
    values.forEach((value, i) => view.setBigUint64(at + 8 * i, BigInt(value), true));
  view.setUint32(0, 0x7f454c46);
  bytes.set([2, 1, 1], 4);
  words(32, [header]);
  view.setUint16(56, 2, true);
  // Type; then offset, address, physical address, size in the file and in memory.
  const segments: [number, number, number][] = [
    [1, 0, bytes.length],
    [2, tags, strings - tags],
  ];
  segments.forEach(([type, offset, size], i) => {
    view.setUint32(header + i * segment, type, true);
    words(header + i * segment + 8, [offset, base + offset, base + offset, size, size]);
  });
  let at = 1;
  needed.forEach((name, i) => {
    words(tags + i * tag, [1, at]);
    at += name.length + 1;
  });
  words(tags + needed.length * tag, [5, base + strings, 10, text.length, 0, 0]);
  bytes.set(text, strings);
  return bytes;
}
