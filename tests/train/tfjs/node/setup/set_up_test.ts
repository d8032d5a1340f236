import { assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../../../../lib/input_error.ts";
import { setUp } from "../../../../../train/tfjs/node/setup/set_up.ts";
import { inFolder, namesIn } from "../../../../command_line.ts";

// With a network and a compiler: tests/tfjs_node/set_up_test.ts.
Deno.test({
  name: "setUp() checks folder, wheel and compiler before it writes anything",
  ignore: Deno.build.os !== "linux" || Deno.build.arch !== "x86_64",
  async fn() {
    await inFolder(async (dir) => {
      await Deno.writeTextFile(`${dir}/any.whl`, "no known wheel");
      const cases = [
        [{ kind: "folder", path: `${dir}/none` }, "there is no such folder"],
        [
          { kind: "wheel", path: `${dir}/any.whl` },
          "there is no program no-such-compiler, install a C++ compiler",
        ],
        [{ kind: "pypi", gpu: false }, "there is no program no-such-compiler"],
      ] as const;
      for (const [source, message] of cases) {
        await assertRejects(
          () => setUp(source, { compiler: "no-such-compiler", home: `${dir}/home` }),
          InputError,
          message,
        );
      }
      assertEquals(namesIn(dir), ["any.whl"]);
    });
  },
});
