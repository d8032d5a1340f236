import { buildClassifier } from "../../../lib/latent/mod.ts";
import { encodeNpz } from "../../../lib/data/mod.ts";
import { readRun } from "../../../lib/run/run_folder.ts";
import { encodeModel } from "../../../lib/onnx/mod.ts";
import * as train from "../../../train/mod.ts";
import { inFolder } from "../../command_line.ts";
import { tinyEncoder, tinyMixture } from "../../tiny_run.ts";
import { tinyArrays } from "../../train/tiny_files.ts";
import { type Case, hold, type Odd } from "./odd.ts";

const systems = Object.keys(train.SYSTEMS) as train.SystemName[];

/** Options under which an autoencoder is trained in less than a second. */
const quick = (odd: Odd) => ({
  hidden: odd.list([8]),
  epochs: odd.times(1),
  latentDim: odd.times(2),
});

export const runCases: Record<string, Case> = {
  trainRun: (odd) =>
    inFolder(async (dir) => {
      await Deno.writeFile(`${dir}/images.npz`, encodeNpz(tinyArrays(40)));
      const { dir: out } = await train.trainRun({
        ...quick(odd),
        model: odd.name("autoencoder"),
        train: odd.name(`${dir}/images.npz`),
        out: `${dir}/run`,
        engine: odd.name("onnx"),
        threads: odd.count(1),
        batchSize: odd.optional(odd.count(8)),
        validationSplit: odd.optional(odd.number(0.1)),
      });
      hold((await readRun(out)).manifest.system === "autoencoder", "another system");
    }),
  writeRun: (odd) =>
    inFolder(async (dir) => {
      const { images } = tinyArrays(40);
      const data = {
        train: { ...images, shape: [40, 4, 4, 1] } as never,
        validation: undefined,
        test: undefined,
      };
      const options = { hidden: [8], epochs: 1, latentDim: 2 };
      const trained = await train.trainSystem(train.SYSTEMS.autoencoder, data, { options });
      const system = odd.name(odd.pick(systems));
      await train.writeRun(`${dir}/run`, trained, {
        system,
        data,
        scale: odd.number(255),
        seed: odd.number(3),
      });
      hold((await readRun(`${dir}/run`)).manifest.system === system, "another system");
    }),
  buildClassifier: (odd) => {
    const input = odd.name(odd.pick(["float32", "uint8"] as const));
    encodeModel(buildClassifier(tinyEncoder(), tinyMixture(), { input }));
  },
};
