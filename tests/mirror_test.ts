import { assertEquals } from "@std/assert";
import { modules, PRODUCT } from "./modules.ts";

/**
 * Modules and folders whose test does not stand at the mirrored path, each with the test that covers
 * it and the reason.
 */
const ELSEWHERE: readonly (readonly [path: string, test: string, reason: string])[] = [
  ["infer/explore/page/", "browser/explore_test.ts", "runs in a browser"],
  ["infer/label/page/", "browser/label_test.ts", "runs in a browser"],
  ["infer/label/try/", "browser/label_test.ts", "runs in a browser"],
  ["infer/label/export_page.ts", "browser/label_test.ts", "holds the runtime of browsers"],
  ["infer/label/page_data.ts", "infer/label/label_files_test.ts", "types and a constant"],
  [
    "train/record/kernels/",
    "train/record/kernels/rules_test.ts",
    "a case for each rule of each table",
  ],
  ["train/native/rules/", "train/native/rules_test.ts", "a case for each rule of each table"],
  [
    "train/native/program/",
    "train/native/rules_test.ts",
    "one lowering, which the cases and the tests of the engine run whole",
  ],
  ["train/native/compiled_step.ts", "train/native/rules_test.ts", "runs the cases"],
  ["train/core/engines/evaluate.ts", "train/core/engines_test.ts", "used by two engines"],
  [
    "train/core/engines/record_training.ts",
    "train/core/engines_test.ts",
    "used by two engines",
  ],
  [
    "lib/command/process.ts",
    "train/doctor/main_test.ts",
    "the process of a command that is started",
  ],
  ["infer/run_training.ts", "infer/vae/main_test.ts", "starts the process that trains"],
  ["train/run/train_into.ts", "train/main_test.ts", "what the command and trainRun() share"],
  ["train/run/run_options.ts", "train/run/train_run_test.ts", "tables of options"],
  ["train/run/write_run.ts", "train/run/train_run_test.ts", "writes what was trained there"],
  ["infer/serve/metrics.ts", "infer/serve/server_test.ts", "what the server counts"],
  ["infer/serve/openapi.ts", "infer/serve/server_test.ts", "a description"],
  ["infer/options.ts", "infer/main_test.ts", "tables of options"],
  [
    "train/systems/few_labels/graphs.ts",
    "train/systems/few_labels_test.ts",
    "parts of one training that is tested whole",
  ],
  [
    "train/systems/few_labels/unlabelled_graphs.ts",
    "train/systems/few_labels_unlabelled_test.ts",
    "parts of one training that is tested whole",
  ],
  [
    "train/systems/few_labels/learn.ts",
    "train/systems/few_labels_test.ts",
    "parts of one training that is tested whole",
  ],
  [
    "train/systems/few_labels/reconstruct.ts",
    "train/systems/few_labels_test.ts",
    "parts of one training that is tested whole",
  ],
  [
    "train/systems/few_labels/refine.ts",
    "train/systems/few_labels_test.ts",
    "parts of one training that is tested whole",
  ],
  [
    "train/systems/few_labels_scores.ts",
    "train/systems/few_labels_test.ts",
    "parts of one training that is tested whole",
  ],
  ["train/doctor/default_vae.ts", "train/doctor/probe/device_test.ts", "what the probes train"],
  ["train/doctor/message.ts", "train/doctor/diagnose_test.ts", "types and a constant"],
  ["train/doctor/probe/main.ts", "train/doctor/main_test.ts", "the doctor starts it"],
  ["train/doctor/probe/training.ts", "train/doctor/probe/device_test.ts", "called by each probe"],
  ["train/tfjs/node/probe/main.ts", "train/tfjs/node/probe_binding_test.ts", "it is started there"],
  ["train/core/engines/mod.ts", "train/doctor/probes_test.ts", "a table of engines"],
  [
    "train/core/engines/paced_session.ts",
    "train/core/engines/onnx_test.ts",
    "used by the engine alone",
  ],
  ["train/data/options.ts", "train/main_test.ts", "tables of options"],
  ["lib/data/data_sources.ts", "lib/data/download/main_test.ts", "a table of files"],
  ["train/examples.ts", "train/main_test.ts", "a table of command lines"],
  ["train/run/options.ts", "train/main_test.ts", "a table of options"],
  ["train/studies/study.ts", "train/studies/run_study_test.ts", "types, and trials of one option"],
  ["train/studies/study_options.ts", "train/studies/main_test.ts", "tables of options"],
  [
    "train/studies/label_classifiers.ts",
    "train/studies/label_count_test.ts",
    "classifiers that the study runs",
  ],
  [
    "train/studies/label_count_report.ts",
    "train/studies/label_count_test.ts",
    "what the study writes",
  ],
  ["train/studies/mod.ts", "train/studies/run_study_test.ts", "a table of studies"],
  [
    "train/systems/classifier_network.ts",
    "train/systems/classifier_test.ts",
    "a part of the system",
  ],
  ["train/systems/cvae_models.ts", "train/systems/cvae_test.ts", "a part of the system"],
  ["train/systems/cvae_scores.ts", "train/systems/cvae_test.ts", "a part of the system"],
  ["train/systems/export_vae.ts", "train/systems/vae_test.ts", "a part of the system"],
  ["train/systems/mod.ts", "train/main_test.ts", "a table of systems"],
  ["train/systems/system.ts", "train/run/train_system_test.ts", "types, and a function for types"],
  ["train/systems/train_vae.ts", "train/systems/vae_test.ts", "a part of the system"],
  ["lib/command/device_options.ts", "infer/device_test.ts", "a table of options"],
  ["lib/command/signal_watcher.ts", "lib/command/interruption_test.ts", "a thread of its own"],
  ["lib/mixture/expectation_worker.ts", "lib/mixture/expectation_threads_test.ts", "a thread"],
  ["lib/command/images_options.ts", "infer/bad_input_test.ts", "a table of options"],
  ["lib/run/run_files.ts", "lib/run/run_folder_test.ts", "a table of names"],
  ["lib/plot/theme.ts", "lib/plot/render_test.ts", "a table of colours and sizes"],
  ["lib/report/style.ts", "browser/report_test.ts", "a style sheet"],
  ["lib/report/sections/mod.ts", "lib/report/build_report_test.ts", "a table of sections"],
];

/** Modules that still lack a test. The list only gets shorter. */
const LACKING: readonly string[] = [];

/** Whether there is something to run in a module, beside imports, exports and types. */
function holdsCode(text: string): boolean {
  return /^(export )?(default )?(async )?(abstract )?(function|class|const|let)\b/m.test(text) ||
    /^(await |try )/m.test(text);
}

const tests = new Set((await modules("tests/")).map(([path]) => path));
const mirrorOf = (path: string) => `tests/${path.replace(/\.ts$/, "_test.ts")}`;
const isElsewhere = (path: string) => ELSEWHERE.some(([prefix]) => path.startsWith(prefix));

Deno.test("every module has its test at the mirrored path", () => {
  const lacking = PRODUCT
    .filter(([path, text]) => holdsCode(text) && !tests.has(mirrorOf(path)) && !isElsewhere(path))
    .map(([path]) => path);
  assertEquals(lacking.sort(), [...LACKING].sort());
});

Deno.test("every module that is tested elsewhere exists, and so does its test", () => {
  for (const [prefix, test, reason] of ELSEWHERE) {
    const covered = PRODUCT.filter(([path]) => path.startsWith(prefix));
    assertEquals(covered.length > 0, true, `${prefix}: there is no such module`);
    assertEquals(tests.has(`tests/${test}`), true, `${prefix} (${reason}): no tests/${test}`);
    const needless = covered.filter(([path]) => path === prefix && tests.has(mirrorOf(path)));
    assertEquals(needless, [], `${prefix} has its mirrored test: remove it from the list`);
  }
});

Deno.test("holdsCode() sees functions, classes, constants and statements, and no types", () => {
  const types = 'export * from "./a.ts";\nexport interface A {\n  const: number;\n}\ntype B = A;\n';
  assertEquals(holdsCode(types), false);
  for (
    const code of ["export const a = 1;", "async function b() {}", "export abstract class C {}"]
  ) {
    assertEquals(holdsCode(types + code), true);
  }
});
