import { assertThrows } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { InputError } from "../../../lib/input_error.ts";
import { checkFits, checkSession } from "../../../lib/runtime/session_checks.ts";

Deno.test("checkSession() throws for devices and threads that there are not", () => {
  checkSession({ device: "cpu" });
  checkSession({ device: "cpu", threads: 3 });
  for (const device of ["", "gpu", "toString"]) {
    assertThrows(
      () => checkSession({ device }),
      InputError,
      `device is ${device}, it must be one of`,
    );
  }
  for (const threads of [-1, 0.5, NaN, Infinity, 1e9]) {
    assertThrows(
      () => checkSession({ device: "cpu", threads }),
      InputError,
      `threads is ${threads}`,
    );
  }
});

Deno.test("checkFits() throws unless each size is the input's, or free there", () => {
  const port = { name: "x", shape: ["batch", 2, -1] };
  checkFits(port, ndarray("float32", [5, 2, 3], new Float32Array(30)));
  checkFits({ name: "x" }, undefined);
  for (const shape of [[30], [5, 3, 2], [5, 2, 3, 1]]) {
    const array = ndarray("float32", shape, new Float32Array(30));
    assertThrows(
      () => checkFits(port, array),
      InputError,
      `"x" is of shape [${shape}], [batch,2,-1]`,
    );
  }
  assertThrows(() => checkFits(port, undefined), InputError, '"x" is not given');
});
