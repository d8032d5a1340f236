import { assertEquals } from "@std/assert";
import { findBinding, packageFolder } from "../../../../train/tfjs/node/find_binding.ts";
import { withHome } from "./with_home.ts";

Deno.test("findBinding() gives nothing where nothing was set up", async () => {
  await withHome({}, async (home) => {
    assertEquals(await findBinding({ home }), undefined);
    assertEquals(await findBinding({ home: `${home}/none` }), undefined);
  });
});

Deno.test("findBinding() takes what was built before what the package brought", async () => {
  const brought = "node_modules/@tensorflow/tfjs-node-gpu/lib/napi-v8/tfjs_binding.node";
  await withHome({ "tfjs_binding.node": "", [brought]: "" }, async (home) => {
    assertEquals(await findBinding({ home }), {
      path: `${home}/tfjs_binding.node`,
      packageFolder: packageFolder(home),
    });
  });
});

Deno.test("findBinding() takes the package's binding for the newest N-API", async () => {
  const lib = "node_modules/@tensorflow/tfjs-node-gpu/lib";
  const files = {
    [`${lib}/napi-v8/tfjs_binding.node`]: "",
    [`${lib}/napi-v10/tfjs_binding.node`]: "",
    [`${lib}/napi-v11/other.node`]: "",
  };
  await withHome(files, async (home) => {
    const found = await findBinding({ home });
    assertEquals(found?.path, `${home}/${lib}/napi-v10/tfjs_binding.node`);
  });
});
