/**
 * One data set with one sample of labels in a process of its own, so that its memory can be measured: prints a line of JSON.
 *
 * @module
 */
import { measure, type Measurement } from "./measure.ts";
import { SETS } from "./sets.ts";

/** What such a process prints. */
export interface RowResult {
  readonly measured: readonly Measurement[];
  /** The most memory that the process held, in MB. */
  readonly peakMegabytes: number;
}

/** VmHWM of /proc/self/status, in MB; NaN where the system has no such file. */
async function peakMegabytes(): Promise<number> {
  const status = await Deno.readTextFile("/proc/self/status").catch(() => "");
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? NaN) / 1024;
}

if (import.meta.main) {
  const { name, seed, development, cifar } = JSON.parse(Deno.args[0]);
  const { perClass = 5, load } = SETS[name];
  const split = await load({ development, cifar });
  const measured = await measure(split, { perClass, seed });
  const result: RowResult = { measured, peakMegabytes: await peakMegabytes() };
  console.log(JSON.stringify(result));
}
