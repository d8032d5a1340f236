import { assertEquals } from "@std/assert";
import { freeName } from "../../../train/run/free_name.ts";
import { inFolder } from "../../command_line.ts";

Deno.test("freeName() counts on past runs and unfinished trainings; to resume it finds the first", async () => {
  await inFolder(async (dir) => {
    const before = Deno.cwd();
    Deno.chdir(dir);
    try {
      const fresh = { resume: false };
      assertEquals(freeName("a/my photos.npz", fresh), "runs/my-photos");
      assertEquals(freeName("mnist", { resume: true }), "runs/mnist");
      await Deno.mkdir("runs/mnist", { recursive: true });
      await Deno.mkdir("runs/mnist-2.partial");
      assertEquals(freeName("mnist", fresh), "runs/mnist-3");
      assertEquals(freeName("mnist", { resume: true }), "runs/mnist-2");
    } finally {
      Deno.chdir(before);
    }
  });
});
