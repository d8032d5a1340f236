/**
 * What the user gave cannot be used. The message is one sentence that says what was done, what
 * was found and what was needed; commands print it without a stack trace and exit with 1. Every
 * other error is a fault of ours: exit code 2.
 */
export class InputError extends Error {
  override readonly name = "InputError";
}
