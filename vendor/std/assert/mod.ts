/**
 * A local stand-in for `@std/assert`, which lives on JSR: the same names and signatures, holding only
 * what Glimpse uses, over `node:assert`. Without its line under `links` in `deno.json` the real
 * package is used instead. It is stricter in one place: `assertEquals(0, -0)` fails here.
 *
 * @module
 */
import nodeAssert from "node:assert";
import { inspect } from "node:util";

// deno-lint-ignore no-explicit-any -- a class of errors may take any arguments, as in @std/assert
type AnyConstructor<T> = new (...args: any[]) => T;
// deno-lint-ignore no-explicit-any -- as above, abstract classes included
type AnyAbstractConstructor<T> = abstract new (...args: any[]) => T;

/** Throws if `expr` is falsy. */
export function assert(
  expr: unknown,
  msg: string = "Expected a truthy value",
): asserts expr {
  if (!expr) fail(msg);
}

/** Throws if `actual` and `expected` are not deeply equal. */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  try {
    nodeAssert.deepStrictEqual(actual, expected);
  } catch (error) {
    if (msg === undefined || !(error instanceof Error)) throw error;
    fail(`${error.message}: ${msg}`);
  }
}

/** Throws if `actual` and `expected` are deeply equal. */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  if (msg === undefined) nodeAssert.notDeepStrictEqual(actual, expected);
  else nodeAssert.notDeepStrictEqual(actual, expected, msg);
}

/**
 * Throws if two numbers differ by more than `tolerance`.
 *
 * @param tolerance By default 1e-7 of `expected`.
 */
export function assertAlmostEquals(
  actual: number,
  expected: number,
  tolerance?: number,
  msg?: string,
): void {
  if (Object.is(actual, expected)) return;
  const allowed = tolerance ??
    (Number.isFinite(expected) ? Math.abs(expected * 1e-7) : 1e-7);
  const delta = Math.abs(expected - actual);
  if (delta <= allowed) return;
  fail(
    `Expected actual: ${actual} to be close to ${expected}: delta ${delta} is greater than ${allowed}` +
      suffix(msg),
  );
}

/** Throws if `fn` does not throw, and returns what it threw. */
export function assertThrows(fn: () => unknown, msg?: string): unknown;
/** Throws if `fn` does not throw an `ErrorClass` whose message includes `msgIncludes`. */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  ErrorClass: AnyAbstractConstructor<E>,
  msgIncludes?: string,
  msg?: string,
): E;
export function assertThrows(
  fn: () => unknown,
  classOrMessage?: AnyAbstractConstructor<Error> | string,
  msgIncludes?: string,
  msg?: string,
): unknown {
  try {
    fn();
  } catch (error) {
    return checkError(error, classOrMessage, { msgIncludes, msg });
  }
  fail("Expected function to throw" + suffix(messageOf(classOrMessage, msg)));
}

/** Rejects if the promise of `fn` does not reject, and resolves to its reason. */
export function assertRejects(
  fn: () => PromiseLike<unknown>,
  msg?: string,
): Promise<unknown>;
/** Rejects if the promise of `fn` does not reject with an `ErrorClass` including `msgIncludes`. */
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  ErrorClass: AnyAbstractConstructor<E>,
  msgIncludes?: string,
  msg?: string,
): Promise<E>;
export async function assertRejects(
  fn: () => PromiseLike<unknown>,
  classOrMessage?: AnyAbstractConstructor<Error> | string,
  msgIncludes?: string,
  msg?: string,
): Promise<unknown> {
  let promise: PromiseLike<unknown>;
  try {
    promise = fn();
  } catch {
    fail(
      "Function throws when expected to reject" +
        suffix(messageOf(classOrMessage, msg)),
    );
  }
  try {
    await promise;
  } catch (error) {
    return checkError(error, classOrMessage, { msgIncludes, msg });
  }
  fail("Expected function to reject" + suffix(messageOf(classOrMessage, msg)));
}

/** Throws if `actual` does not contain `expected`. */
export function assertStringIncludes(
  actual: string,
  expected: string,
  msg?: string,
): void {
  if (actual.includes(expected)) return;
  fail(`Expected actual: "${actual}" to contain: "${expected}"` + suffix(msg));
}

/** Throws if `actual` does not match `expected`. */
export function assertMatch(
  actual: string,
  expected: RegExp,
  msg?: string,
): void {
  if (expected.test(actual)) return;
  fail(`Expected actual: "${actual}" to match: "${expected}"` + suffix(msg));
}

/** Throws if `actual` is `null` or `undefined`. */
export function assertExists<T>(
  actual: T,
  msg?: string,
): asserts actual is NonNullable<T> {
  if (actual !== undefined && actual !== null) return;
  fail(
    `Expected actual: "${actual}" to not be null or undefined` + suffix(msg),
  );
}

/** Throws if `actual` is not an instance of `expectedType`. */
export function assertInstanceOf<T>(
  actual: unknown,
  expectedType: AnyConstructor<T>,
  msg?: string,
): asserts actual is T {
  if (actual instanceof expectedType) return;
  fail(
    `Expected object to be an instance of "${expectedType.name}" but was ${describe(actual)}` +
      suffix(msg),
  );
}

function checkError(
  error: unknown,
  classOrMessage: AnyAbstractConstructor<Error> | string | undefined,
  options: { msgIncludes: string | undefined; msg: string | undefined },
): unknown {
  const { msgIncludes, msg } = options;
  if (typeof classOrMessage !== "function") return error;
  if (!(error instanceof classOrMessage)) {
    fail(
      `Expected error to be instance of "${classOrMessage.name}", but was ${describe(error)}` +
        suffix(msg),
    );
  }
  if (msgIncludes !== undefined && !error.message.includes(msgIncludes)) {
    fail(
      `Expected error message to include "${msgIncludes}", but got "${error.message}"` +
        suffix(msg),
    );
  }
  return error;
}

function messageOf(
  classOrMessage: unknown,
  msg: string | undefined,
): string | undefined {
  return typeof classOrMessage === "string" ? classOrMessage : msg;
}

function describe(value: unknown): string {
  return value instanceof Error ? `"${value.name}": ${value.message}` : inspect(value);
}

function suffix(msg: string | undefined): string {
  return msg === undefined ? "" : `: ${msg}`;
}

function fail(message: string): never {
  throw new nodeAssert.AssertionError({ message });
}
