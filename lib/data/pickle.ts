import { Buffer } from "node:buffer";
import { InputError } from "../input_error.ts";

/** What is put on the stack to tell where a list of items begins. */
const MARK = Symbol("mark");

/** An array as numpy pickles it: the arguments of `__setstate__`. */
export interface PickledArray {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly bytes: Uint8Array;
}

/** The objects of a pickle that are not data. Nothing else is built, and nothing is called. */
const GLOBALS = new Set([
  "numpy.core.multiarray _reconstruct",
  "numpy._core.multiarray _reconstruct",
  "numpy ndarray",
  "numpy dtype",
]);

type Value = unknown;

/**
 * Reads the subset of Python's pickle format, protocol 2, that the official batches of CIFAR-10 use:
 * dictionaries, lists, strings, integers and arrays of numpy. It runs no code.
 *
 * @param name How messages name the file, quotes included.
 * @throws {InputError} If it is damaged, or holds anything else.
 */
export function readPickle(bytes: Uint8Array, name: string): Value {
  const fault = (found: string) => {
    const needed = "a pickle of dictionaries, lists, strings and arrays is needed";
    return new InputError(`Cannot read ${name}: ${found}, ${needed}`);
  };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const stack: Value[] = [];
  const memo = new Map<number, Value>();
  let at = 0;
  const take = (length: number): Uint8Array => {
    if (length < 0 || at + length > bytes.length) throw fault("it ends too early");
    at += length;
    return bytes.subarray(at - length, at);
  };
  const integer = (size: 1 | 2 | 4): number => {
    const start = at;
    take(size);
    return size === 1
      ? view.getUint8(start)
      : size === 2
      ? view.getUint16(start, true)
      : view.getInt32(start, true);
  };
  const line = () => {
    const end = bytes.indexOf(10, at);
    if (end === -1) throw fault("it ends too early");
    return new TextDecoder().decode(take(end - at + 1)).trimEnd();
  };
  const pop = (): Value => {
    if (stack.length === 0) throw fault("it takes what it does not hold");
    return stack.pop();
  };
  const popMark = (): Value[] => {
    const start = stack.lastIndexOf(MARK);
    if (start === -1) throw fault("it takes what it does not hold");
    return stack.splice(start).slice(1);
  };
  // Not TextDecoder, whose "latin1" is Windows' code page.
  const text = (length: number) => Buffer.from(take(length)).toString("latin1");
  const setItems = (target: Value, items: readonly Value[]) => {
    if (!(target instanceof Map)) throw fault("it sets items of no dictionary");
    for (let i = 0; i + 1 < items.length; i += 2) target.set(items[i], items[i + 1]);
  };
  const append = (target: Value, items: readonly Value[]) => {
    if (!Array.isArray(target)) throw fault("it appends to no list");
    for (const item of items) target.push(item);
  };
  /** The state of an array: (version, shape, dtype, is Fortran, bytes); of a dtype it says nothing. */
  const build = (target: Value, state: Value) => {
    if (!(target instanceof Map) || !Array.isArray(state)) throw fault("it builds no array");
    if (target.get("kind") !== "array") return;
    target.set("array", {
      shape: state[1] as number[],
      dtype: String((state[2] as Map<string, Value>).get?.("dtype")),
      bytes: Buffer.from(String(state[4]), "latin1"),
    });
  };
  const reduce = (fn: Value, args: Value) => {
    const kind = String(fn).endsWith("_reconstruct") ? "array" : "dtype";
    if (!GLOBALS.has(String(fn)) || !Array.isArray(args)) throw fault("it calls a function");
    return new Map<string, Value>([["kind", kind], ["dtype", args[0]]]);
  };
  const top = () => stack.at(-1);
  const put = (value: Value) => {
    stack.push(value);
  };
  const CODES: Readonly<Record<string, () => void>> = {
    "\x80": () => void take(1),
    "}": () => put(new Map()),
    "]": () => put([]),
    ")": () => put([]),
    "(": () => put(MARK),
    N: () => put(null),
    "\x88": () => put(true),
    "\x89": () => put(false),
    J: () => put(integer(4)),
    K: () => put(integer(1)),
    M: () => put(integer(2)),
    U: () => put(text(integer(1))),
    T: () => put(text(integer(4))),
    X: () => put(new TextDecoder().decode(take(integer(4)))),
    q: () => void memo.set(integer(1), top()),
    r: () => void memo.set(integer(4), top()),
    h: () => put(memo.get(integer(1))),
    j: () => put(memo.get(integer(4))),
    t: () => put(popMark()),
    "\x85": () => put([pop()]),
    "\x86": () => put([pop(), pop()].reverse()),
    "\x87": () => put([pop(), pop(), pop()].reverse()),
    a: () => append(stack.at(-2), [pop()]),
    e: () => {
      const items = popMark();
      append(top(), items);
    },
    s: () => {
      const [value, key] = [pop(), pop()];
      setItems(top(), [key, value]);
    },
    u: () => {
      const items = popMark();
      setItems(top(), items);
    },
    c: () => {
      const name = `${line()} ${line()}`;
      if (!GLOBALS.has(name)) throw fault(`it needs ${name.replace(" ", ".")}`);
      put(name);
    },
    R: () => {
      const [args, fn] = [pop(), pop()];
      put(reduce(fn, args));
    },
    b: () => {
      const state = pop();
      build(top(), state);
    },
  };
  for (;;) {
    const code = String.fromCharCode(take(1)[0]);
    if (code === ".") return pop();
    const run = CODES[code];
    if (run === undefined) throw fault(`it has the unknown code ${JSON.stringify(code)}`);
    run();
  }
}

/** The array that {@linkcode readPickle} found, if a value is one. */
export function pickledArray(value: unknown): PickledArray | undefined {
  return value instanceof Map ? value.get("array") as PickledArray | undefined : undefined;
}
