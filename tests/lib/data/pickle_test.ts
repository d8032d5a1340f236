import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../../lib/input_error.ts";
import { pickledArray, readPickle } from "../../../lib/data/pickle.ts";
import { pythonBatch, tinyBatch } from "./cifar_files.ts";

const read = (text: string) => readPickle(Uint8Array.from(text, (c) => c.charCodeAt(0)), '"p"');

Deno.test("readPickle() gives dictionaries, lists, strings, numbers and arrays", () => {
  assertEquals(read("\x80\x02](K\x01M\x00\x01J\xfe\xff\xff\xffNU\x01ae."), [1, 256, -2, null, "a"]);
  assertEquals(read("}U\x01kq\x01h\x01s."), new Map([["k", "k"]]));
  const batch = readPickle(pythonBatch(2, 3), '"p"') as Map<string, unknown>;
  const { labels, planes } = tinyBatch(2, 3);
  assertEquals(batch.get("labels"), [...labels]);
  const { shape, dtype, bytes } = pickledArray(batch.get("data"))!;
  assertEquals([shape, dtype], [[2, 3072], "u1"]);
  assertEquals([...bytes], [...planes]);
});

Deno.test("readPickle() throws InputError for every cut of a pickle, and every changed code", () => {
  const whole = pythonBatch(1, 0);
  for (let length = 0; length < whole.length; length += length < 200 ? 1 : 97) {
    assertThrows(() => readPickle(whole.subarray(0, length), '"p"'), InputError);
  }
  for (let at = 0; at < 150; at++) {
    const changed = whole.slice();
    changed[at] ^= 0x55;
    try {
      readPickle(changed, '"p"');
    } catch (error) {
      assertEquals(error instanceof InputError, true, `byte ${at}: ${error}`);
    }
  }
});
