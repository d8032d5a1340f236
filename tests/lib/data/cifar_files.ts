import { Buffer } from "node:buffer";

/** A small official batch: labels 0, 1, … and pixels by a rule. */
export function tinyBatch(count: number, seed: number) {
  const labels = Uint8Array.from({ length: count }, (_, i) => (i + seed) % 10);
  const planes = Uint8Array.from({ length: count * 3072 }, (_, i) => (i * 7 + seed) % 256);
  return { labels, planes };
}

/** As cifar-10-binary has it. */
export function binaryBatch(count: number, seed: number): Uint8Array {
  const { labels, planes } = tinyBatch(count, seed);
  return Buffer.concat(
    [...labels].map((label, i) =>
      Buffer.concat([Uint8Array.of(label), planes.subarray(3072 * i, 3072 * (i + 1))])
    ),
  );
}

/** As Python 2 pickled cifar-10-python: protocol 2, with memos, marks and numpy's arrays. */
export function pythonBatch(count: number, seed: number): Uint8Array {
  const { labels, planes } = tinyBatch(count, seed);
  const short = (text: string) =>
    Buffer.from(`U${String.fromCharCode(text.length)}${text}`, "latin1");
  const raw = (text: string) => Buffer.from(text, "latin1");
  const int32 = (value: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32LE(value);
    return bytes;
  };
  return Buffer.concat([
    raw("\x80\x02}q\x01("),
    ...[short("batch_label"), raw("q\x02"), short("testing"), raw("q\x03")],
    ...[short("labels"), raw("q\x04]q\x05(")],
    ...[...labels].map((label) => Buffer.from([0x4b, label])),
    raw("e"),
    ...[short("data"), raw("cnumpy.core.multiarray\n_reconstruct\nq\x06")],
    raw("cnumpy\nndarray\nq\x07K\x00\x85U\x01b\x87Rq\x08"),
    // The state: version, shape, dtype, is Fortran, bytes.
    raw("(K\x01"),
    ...[raw("J"), int32(count), raw("M\x00\x0c\x86")],
    raw("cnumpy\ndtype\nq\x09U\x02u1K\x00K\x01\x87Rq\x0a"),
    ...[raw("(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb")],
    ...[raw("\x89T"), int32(planes.length), planes, raw("tb")],
    ...[short("filenames"), raw("q\x0b]q\x0cU\x05a.pnga"), raw("u.")],
  ]);
}

/** A tar archive of files. */
export function tarOf(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const parts = Object.entries(files).flatMap(([name, bytes]) => {
    const header = Buffer.alloc(512);
    header.write(name, 0, "latin1");
    header.write(`${bytes.length.toString(8).padStart(11, "0")}\0`, 124, "latin1");
    header.write("0", 156, "latin1");
    header.write("ustar\0", 257, "latin1");
    return [header, bytes, Buffer.alloc((512 - bytes.length % 512) % 512)];
  });
  return Buffer.concat([...parts, Buffer.alloc(1024)]);
}
