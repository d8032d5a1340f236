import { chooseDevice } from "../../../lib/runtime/mod.ts";
import { chooseEngine } from "../../core/engines/choose_engine.ts";
import type { Choice } from "../message.ts";

/** What `--engine auto` and `--device auto` take. */
export async function probeAuto(): Promise<Choice> {
  const { name: engine } = await chooseEngine("auto");
  const { device } = await chooseDevice("auto");
  return { engine, device };
}
