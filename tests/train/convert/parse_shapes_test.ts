import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../../lib/input_error.ts";
import { parseShapes } from "../../../train/convert/parse_shapes.ts";

Deno.test("parseShapes() reads sizes by input, free ones as null", () => {
  assertEquals(parseShapes(["images=?x224x224x3", "a:0=7"]), {
    images: { shape: [null, 224, 224, 3] },
    "a:0": { shape: [7] },
  });
});

Deno.test("parseShapes() shows the form that is needed", () => {
  for (const text of ["images", "images=", "images=1x", "images=1,2", "=1x2", "x=-1x2"]) {
    assertThrows(() => parseShapes([text]), InputError, "NAME=SIZES");
  }
});
