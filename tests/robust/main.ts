import { InputError } from "../../lib/input_error.ts";
import { Random } from "../../lib/array/random.ts";
import { parsers } from "./parsers.ts";

/** After so long a parser counts as hung, in milliseconds. */
const HUNG = 20_000;

/**
 * Gives every parser altered files: each is refused in a sentence, or read as something valid.
 * Arguments: the number of files of each format, and words that names of formats contain.
 */
const [count = 1000, ...words] = Deno.args.map((arg, i) => i === 0 ? Number(arg) : arg);
const scratch = await Deno.makeTempDir({ prefix: "glimpse-robust-" });
const kinds = ["refused", "fine", "wrong", "internal", "hung"] as const;
let faults = 0;
console.log(`${"format".padEnd(30)}${kinds.map((kind) => kind.padStart(10)).join("")}`);
for (const { name, alter, read } of await parsers(scratch)) {
  if (words.length > 0 && !words.some((word) => name.includes(String(word)))) continue;
  const found = { refused: 0, fine: 0, wrong: 0, internal: 0, hung: 0 };
  const shown = new Set<string>();
  for (let i = 0; i < Number(count); i++) {
    const bytes = alter(new Random(i, name));
    let kind: typeof kinds[number];
    let said = "";
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      const late = new Promise<"late">((resolve) =>
        timer = setTimeout(() => resolve("late"), HUNG)
      );
      const wrong = await Promise.race([read(bytes), late]);
      kind = wrong === "late" ? "hung" : wrong === undefined ? "fine" : "wrong";
      said = wrong ?? "";
    } catch (error) {
      kind = error instanceof InputError ? "refused" : "internal";
      if (kind === "internal") said = (error as Error).stack ?? String(error);
      else if ((error as Error).message.includes("\n")) [kind, said] = ["wrong", "two lines"];
    } finally {
      clearTimeout(timer);
    }
    found[kind]++;
    if (kind === "refused" || kind === "fine") continue;
    const brief = said.split("\n").slice(0, 3).join("\n");
    if (!shown.has(brief) && shown.size < 5) console.log(`  ${kind}, input ${i}: ${brief}`);
    shown.add(brief);
  }
  faults += found.wrong + found.internal + found.hung;
  console.log(
    `${name.padEnd(30)}${kinds.map((kind) => String(found[kind]).padStart(10)).join("")}`,
  );
}
await Deno.remove(scratch, { recursive: true });
Deno.exit(faults === 0 ? 0 : 1);
