import { assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { InputError } from "../../../../lib/input_error.ts";
import {
  registerTfjsNode,
  TFJS_NODE_BACKEND,
} from "../../../../train/tfjs/node/register_backend.ts";
import { inFolder } from "../../../command_line.ts";

// With a binding: tests/tfjs_node/.
Deno.test("registerTfjsNode() says how to build the binding, and registers nothing", async () => {
  await inFolder(async (home) => {
    await assertRejects(
      () => registerTfjsNode({ home }),
      InputError,
      "deno task setup:libtensorflow --from-pypi",
    );
    assertEquals(tf.findBackendFactory(TFJS_NODE_BACKEND), null);
  });
});
