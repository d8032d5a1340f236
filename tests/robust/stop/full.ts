import {
  differencesOf,
  hashesIn,
  isThere,
  namesIn,
  runTask,
  runWell,
  type Words,
} from "./processes.ts";

const QUICK = "--model vae --train train.npz --hidden 16 --epochs 20 --cluster-epochs 2 " +
  "--batch-size 20 --threads 1";

const split = (line: string) => line.split(" ") as unknown as Words;

/** What is written to the small disk, with what is needed to do it again. */
const COMMANDS: readonly { words: Words; out: string; again: string }[] = [
  { words: split(`train ${QUICK} --out disk/run`), out: "run", again: "--resume" },
  {
    words: split("classify train.npz --run run --out disk/labels.csv --probabilities"),
    out: "labels.csv",
    again: "",
  },
  { words: split("report --run run --out disk/report.html"), out: "report.html", again: "" },
];

async function mount(dir: string, bytes: number, options = ""): Promise<boolean> {
  const args = ["-t", "tmpfs", "-o", `size=${bytes}${options}`, "tmpfs", dir];
  const { success } = await new Deno.Command("mount", { args, stderr: "null" }).output()
    .catch(() => ({ success: false }));
  return success;
}

async function unmount(dir: string): Promise<void> {
  await new Deno.Command("umount", { args: [dir] }).output();
}

/** The bytes of all files below a folder. */
function sizeOf(path: string): number {
  const { isDirectory, size } = Deno.statSync(path);
  if (!isDirectory) return size;
  return [...Deno.readDirSync(path)].reduce(
    (sum, { name }) => sum + sizeOf(`${path}/${name}`),
    4096,
  );
}

/**
 * Fills a small disk at moments of all kinds: the command says so in a sentence, what was trained is
 * kept, and goes on to the same bytes once there is room.
 *
 * @param dir Holds `train.npz`.
 */
export async function fillDisk(
  dir: string,
  { count }: { count: number },
): Promise<{ faults: string[]; summary: string }> {
  await Deno.mkdir(`${dir}/disk`);
  if (!await mount(`${dir}/disk`, 2 ** 30)) {
    return { faults: [], summary: "full disk: left out, as no disk can be mounted here" };
  }
  const faults: string[] = [];
  const seen = { full: 0, kept: 0, fits: 0 };
  try {
    await runWell(split(`train ${QUICK} --out run`), dir);
    for (const { words, out, again } of COMMANDS) {
      await runWell(words, dir);
      const path = `${dir}/disk/${out}`;
      const isFolder = Deno.statSync(path).isDirectory;
      const whole = isFolder ? await hashesIn(path) : {};
      const bytes = sizeOf(path);
      await unmount(`${dir}/disk`);
      for (let i = 0; i < count; i++) {
        // From almost nothing to a little more than what is left there in the end.
        const room = 4096 * Math.ceil(((i + 0.5) / count) ** 2 * 1.4 * bytes / 4096);
        await mount(`${dir}/disk`, room);
        const say = (fault: string) =>
          faults.push(`${words.join(" ")}: on a disk of ${room} bytes: ${fault}`);
        const { code, stderr } = await runTask(words, dir);
        const text = stderr.split("\n").filter((line) => !line.startsWith("epoch ")).join("\n");
        if (/bug in Glimpse|\n {4}at /.test(text)) say(text);
        if (code === 0) seen.fits++;
        else {
          seen.full++;
          if (code !== 1 || !/disk is full/.test(text)) say(`exit code ${code}: ${text}`);
        }
        const isKept = await isThere(`${path}.partial`);
        if (isKept) seen.kept++;
        await mount(`${dir}/disk`, 2 ** 30, ",remount");
        const left = namesIn(`${dir}/disk`);
        if (!/^(|[^,]*\.partial|run|labels\.csv|report\.html)$/.test(left)) {
          say(`it leaves ${left}`);
        }
        if (isKept) await runTask([...words, again] as unknown as Words, dir);
        if (isFolder && await isThere(path)) {
          const difference = differencesOf(await hashesIn(path), whole);
          if (difference.length > 0) say(`another ${difference}`);
        } else if (isKept) say("it does not go on");
        await unmount(`${dir}/disk`);
      }
      await mount(`${dir}/disk`, 2 ** 30);
    }
  } finally {
    await unmount(`${dir}/disk`);
  }
  return {
    faults,
    summary:
      `full disk: ${COMMANDS.length} commands on disks of ${count} sizes, ${seen.full} were full, ${seen.kept} trainings kept and gone on with, ${seen.fits} fitted`,
  };
}
