/** The fields of a struct by number: numbers, structs, and `undefined` for what is passed over. */
export type ThriftStruct = ReadonlyMap<number, ThriftValue>;
type ThriftValue = number | ThriftStruct | undefined;

/**
 * Reads a struct of Thrift's compact protocol, as Parquet keeps headers in, and never longer than its
 * bytes allow: whoever trusts the length of a list can be kept busy for hours by a damaged byte.
 *
 * https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
 *
 * @returns The struct, and where it ends.
 * @throws {RangeError} If the bytes are none.
 */
export function readThrift(bytes: Uint8Array, start = 0): { struct: ThriftStruct; end: number } {
  let at = start;
  const fault = (what: string) => new RangeError(`Cannot read Thrift at byte ${at}: ${what}`);
  const take = (count: number) => {
    if (!(count <= bytes.length - at)) throw fault("it ends too early");
    at += count;
  };
  const byte = () => {
    take(1);
    return bytes[at - 1];
  };
  const unsigned = () => {
    for (let value = 0, scale = 1; scale < 2 ** 70; scale *= 128) {
      const next = byte();
      value += (next & 127) * scale;
      if (next < 128) return value;
    }
    throw fault("a number has more than ten bytes");
  };
  const signed = () => {
    const value = unsigned();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  };
  const values: Readonly<Record<number, (depth: number) => ThriftValue>> = {
    // In lists of booleans each has a byte, in structs none; the library reads none.
    1: () => undefined,
    2: () => undefined,
    3: byte,
    4: signed,
    5: signed,
    6: signed,
    7: () => void take(8),
    8: () => void take(unsigned()),
    9: list,
    10: list,
    12: struct,
  };
  function value(type: number, depth: number): ThriftValue {
    const read = values[type];
    if (read === undefined) throw fault(`there is no type ${type}`);
    return read(depth);
  }
  function list(depth: number): undefined {
    const head = byte();
    const count = head >> 4 === 15 ? unsigned() : head >> 4;
    if (count > bytes.length - at) throw fault(`a list of ${count} is longer than the bytes`);
    for (let i = 0; i < count; i++) value(head & 15, depth);
  }
  function struct(depth: number): ThriftStruct {
    if (depth > 16) throw fault("structs are too deep");
    const fields = new Map<number, ThriftValue>();
    let id = 0;
    for (let head = byte(); head !== 0; head = byte()) {
      id = head >> 4 === 0 ? signed() : id + (head >> 4);
      fields.set(id, value(head & 15, depth + 1));
    }
    return fields;
  }
  return { struct: struct(0), end: at };
}
