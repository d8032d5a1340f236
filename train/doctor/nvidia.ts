import type { Nvidia, NvidiaCard } from "./diagnosis.ts";

/** Where the driver says what it is, on Linux. */
const DRIVER_FOLDER = "/proc/driver/nvidia";

/** What `nvidia-smi` is asked about each card, in the order of {@linkcode parseCards}. */
const QUERY = "name,memory.total,compute_cap,driver_version";

/** A driver that is stuck can hold nvidia-smi for ever. */
const LIMIT = 10_000;

/**
 * The NVIDIA driver and its cards by `nvidia-smi`, or by what the driver writes to `/proc` where
 * that is missing; `null` if there is neither. Never throws.
 */
export async function describeNvidia(): Promise<Nvidia | null> {
  const [list, summary] = await Promise.all([
    output(["--format=csv,noheader,nounits", `--query-gpu=${QUERY}`]),
    output([]),
  ]);
  const { cards, driver } = parseCards(list);
  const version = driver ?? parseDriverVersion(await read(`${DRIVER_FOLDER}/version`));
  const found = cards.length > 0 ? cards : await cardsOfDriver();
  if (version === null && found.length === 0) return null;
  return { driver: version, cuda: parseCudaVersion(summary), cards: found };
}

/** The lines that `nvidia-smi --query-gpu` prints, without head and units. */
export function parseCards(text: string): { cards: NvidiaCard[]; driver: string | null } {
  // A field that the card does not know reads "[N/A]"; a fault of nvidia-smi has no commas.
  const rows = text.split("\n").map((line) => line.split(",").map((field) => field.trim()))
    .filter((fields) => fields.length === QUERY.split(",").length);
  const cards = rows.map(([name, mebibytes, capability]) => ({
    name,
    memoryBytes: /^\d+$/.test(mebibytes) ? Number(mebibytes) * 2 ** 20 : null,
    computeCapability: /^\d+\.\d+$/.test(capability) ? capability : null,
  }));
  return { cards, driver: rows[0]?.[3].match(/^\d[\d.]*$/)?.[0] ?? null };
}

/** The version in what stands in `/proc/driver/nvidia/version`. */
export function parseDriverVersion(text: string): string | null {
  return text.match(/Kernel Module.*?\s(\d+\.\d[\d.]*)\s/)?.[1] ?? null;
}

/** The CUDA version in the head of what `nvidia-smi` prints. */
export function parseCudaVersion(text: string): string | null {
  return text.match(/CUDA[\w ]* Version:\s*(\d[\d.]*)/)?.[1] ?? null;
}

async function cardsOfDriver(): Promise<NvidiaCard[]> {
  const cards: NvidiaCard[] = [];
  try {
    for await (const { name } of Deno.readDir(`${DRIVER_FOLDER}/gpus`)) {
      const text = await read(`${DRIVER_FOLDER}/gpus/${name}/information`);
      const model = text.match(/^Model:\s*(.+)$/m)?.[1];
      if (model !== undefined) {
        cards.push({ name: model.trim(), memoryBytes: null, computeCapability: null });
      }
    }
  } catch {
    // There is no such driver.
  }
  return cards;
}

async function read(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch {
    return "";
  }
}

async function output(args: string[]): Promise<string> {
  try {
    const { stdout } = await new Deno.Command("nvidia-smi", {
      args,
      stderr: "null",
      signal: AbortSignal.timeout(LIMIT),
    }).output();
    return new TextDecoder().decode(stdout);
  } catch {
    return ""; // it is not installed, or may not be run
  }
}
