import { latentDimOf, readRun, RUN_FILES } from "../../lib/run/run_folder.ts";
import { buildClassifier } from "../../lib/latent/classifier_graph.ts";
import { MAX_BYTES } from "../../lib/data/bytes.ts";
import { explainFileError } from "../../lib/files/file_error.ts";
import { optionDefaults } from "../../lib/command/flags.ts";
import { InputError } from "../../lib/input_error.ts";
import { parseMixture } from "../../lib/latent/mixture_json.ts";
import { decodeModel } from "../../lib/onnx/proto.ts";
import { createSession } from "../../lib/runtime/session.ts";
import { type DeviceValues, withDevice } from "../../lib/command/with_device.ts";
import type { ProgressStream } from "../../lib/command/progress.ts";
import { checkFileOut } from "../../lib/files/atomic_write.ts";
import { Classifier } from "../classifier.ts";
import { classifySource } from "../classify.ts";
import { openRunImages } from "../load.ts";
import { classifyOptions, reconstructOptions } from "../options.ts";
import { reconstruct } from "../reconstruct.ts";
import { platform } from "../../lib/platform/platform.ts";

/** Options of both tests. */
interface TestOptions extends DeviceValues {
  /** The run folder. */
  run: string;
  status: ProgressStream;
}

/** `vae TEST.npz test_reconstruction RUN`: writes `vae_reconstructed.npz`. */
export async function testReconstruction(
  images: string,
  { run, status, device, profile = false }: TestOptions,
): Promise<string[]> {
  const defaults = optionDefaults(reconstructOptions);
  return await reconstruct({ ...defaults, images, run, force: true, device, profile }, status);
}

/** `vae TEST.npz test_classifier RUN gmm.json`: writes `vae.csv`. */
export async function testClassifier(
  images: string,
  options: TestOptions & { mixture: string },
): Promise<string[]> {
  const { out, threads } = optionDefaults(classifyOptions);
  await checkFileOut(out, { force: true });
  const run = await readRun(options.run);
  const text = await readText(options.mixture);
  const mixture = parseMixture(text, options.mixture);
  const latentDim = latentDimOf(run);
  const axes = mixture.members[0].transform.mean.length;
  if (axes !== latentDim) {
    throw new InputError(
      `Cannot use mixture "${options.mixture}": it has ${axes} axes, run "${options.run}" has ${latentDim}`,
    );
  }
  const { classNames } = run.manifest;
  const isOwn = RUN_FILES.mixture in run.manifest.files &&
    new TextDecoder().decode(await run.read(RUN_FILES.mixture)) === text;
  const warnings = isOwn
    ? []
    : [`warning: ${options.mixture} is another mixture than that of ${options.run}`];
  const source = await openRunImages(images, run, { maxBytes: MAX_BYTES });
  const encoder = decodeModel(await run.read(RUN_FILES.encoder));
  return await withDevice({ ...options, threads }, options.status, async (session) => {
    const classifier = new Classifier(
      async (input) => await createSession(buildClassifier(encoder, mixture, { input }), session),
      { classes: mixture.classes, classNames },
    );
    const lines = await classifySource(source, classifier, {
      out,
      force: true,
      status: options.status,
    });
    return [...warnings, ...lines];
  });
}

async function readText(path: string): Promise<string> {
  try {
    return await platform.readTextFile(path);
  } catch (error) {
    throw explainFileError(error, `read mixture "${path}"`);
  }
}
