import { assertEquals } from "@std/assert";
import { moduleFiles } from "../../../infer/page/bundle_page.ts";

Deno.test("moduleFiles() bundles one module after another, so that the bundler is downloaded once", async () => {
  const { bundle } = Deno;
  const log: string[] = [];
  Deno.bundle = async (options: Deno.bundle.Options) => {
    log.push("begin");
    try {
      return await bundle(options);
    } finally {
      log.push("end");
    }
  };
  try {
    const folder = new URL("../../../lib/", import.meta.url);
    const files = await moduleFiles(folder, ["version.ts", "input_error.ts"]);
    assertEquals(files.map(([path]) => path), ["/version.js", "/input_error.js"]);
  } finally {
    Deno.bundle = bundle;
  }
  assertEquals(log, ["begin", "end", "begin", "end"]);
});
