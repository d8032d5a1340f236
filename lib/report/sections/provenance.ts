import { RUN_FILES } from "../../run/run_folder.ts";
import type { Manifest } from "../../run/manifest.ts";
import { html } from "../parts/html.ts";
import { count } from "../parts/numbers.ts";
import type { ReportRun } from "../parts/report_run.ts";
import type { Section } from "../parts/section.ts";
import { table } from "../parts/table.ts";

/** Where the run comes from, so that it can be trained again. */
export function provenance({ manifest }: ReportRun): Section {
  const { files, command } = manifest;
  const models = Object.keys(files).filter((file) =>
    file.endsWith(".onnx") || file === RUN_FILES.mixture
  );
  return {
    title: "Provenance",
    body: [
      html`<pre class="wide"><code>${formatCommand(command)}</code></pre>`,
      provenanceText(manifest),
      table(
        [{ title: "file" }, { title: "bytes", number: true }, { title: "SHA-256" }],
        models.map((file) => [
          file,
          count(files[file].bytes),
          html`<code>${files[file].sha256}</code>`,
        ]),
        { caption: "The models; manifest.json holds the hashes of all files" },
      ),
    ],
  };
}

function provenanceText({ seed, versions, exportCheck, options, date, data }: Manifest): string {
  const list = (values: Record<string, unknown>) =>
    Object.entries(values).map(([name, value]) => `${name} ${value}`).join(", ");
  const checks = Object.entries(exportCheck).map(([file, difference]) => [
    file,
    difference === 0 ? "0" : difference.toExponential(1).replace("-", "−"),
  ]);
  return `Written ${date}. Seed ${seed}. Versions: ${list(versions)}. ` +
    (data.sha256 === undefined ? "" : `SHA-256 of the data: ${data.sha256}. `) +
    (checks.length === 0 ? "" : "Greatest difference between each exported file and its network: " +
      `${list(Object.fromEntries(checks))}. `) +
    `Options: ${list(options)}.`;
}

/** A command as it is typed: words with signs that a shell would read are quoted. */
export function formatCommand(words: readonly string[]): string {
  return words.map((word) =>
    /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
  ).join(" ");
}
