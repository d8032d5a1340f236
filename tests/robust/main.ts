import { InputError } from "../../lib/input_error.ts";
import { Random } from "../../lib/array/random.ts";
import { checkMemory } from "./memory.ts";
import { CASES, faultOf } from "./options/cases.ts";
import { parsers } from "./parsers.ts";

/** After so long a parser counts as hung, in milliseconds. */
const HUNG = 20_000;

const LATE = "it hung";

/** What work gives, or that it takes too long. */
async function inTime<T>(work: Promise<T>): Promise<T | typeof LATE> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<typeof LATE>((resolve) => timer = setTimeout(() => resolve(LATE), HUNG));
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Gives every parser altered files: each is refused in a sentence, or read as something valid.
 * Calls every public function with odd options, and looks whether memory stays flat. Arguments: the
 * number of files of each format, and words that names of formats contain, or options, or memory.
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
    try {
      said = await inTime(read(bytes)) ?? "";
      kind = said === LATE ? "hung" : said === "" ? "fine" : "wrong";
    } catch (error) {
      kind = error instanceof InputError ? "refused" : "internal";
      if (kind === "internal") said = (error as Error).stack ?? String(error);
      else if ((error as Error).message.includes("\n")) [kind, said] = ["wrong", "two lines"];
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

// Public functions with odd options: 100 calls each, less where one trains a whole system.
if (words.length === 0 || words.includes("options")) {
  const names = Object.keys(CASES);
  let calls = 0, wrong = 0;
  for (const name of names) {
    for (let i = 0; i < Number(count) / (name === "trainSystem" ? 50 : 10); i++) {
      const fault = await inTime(faultOf(name, i));
      calls++;
      if (fault === undefined) continue;
      wrong++;
      console.log(`  ${fault.split("\n").slice(0, 3).join("\n")}`);
    }
  }
  console.log(`${names.length} public functions: ${calls} calls, ${wrong} wrong, internal or hung`);
  faults += wrong;
}
if (words.length === 0 || words.includes("memory")) faults += await checkMemory(console.log);
Deno.exit(faults === 0 ? 0 : 1);
