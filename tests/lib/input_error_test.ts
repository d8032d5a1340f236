import { assertEquals } from "@std/assert";
import { InputError } from "../../lib/input_error.ts";

Deno.test("InputError is an Error of its own name, and keeps its cause", () => {
  const cause = new Deno.errors.NotFound("x");
  const error = new InputError("Cannot read x: it is missing, a file is needed", { cause });
  assertEquals([error.name, error.cause === cause, error instanceof Error], [
    "InputError",
    true,
    true,
  ]);
});
