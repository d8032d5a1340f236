import { InputError } from "../../../lib/input_error.ts";
import { type BindingProbe, probeBinding } from "../../tfjs/node/probe_binding.ts";
import { findCompiler } from "../../native/compiler.ts";
import type { EngineName } from "./mod.ts";

/** What `--engine` takes: an engine, or whichever suits the machine best. */
export type EngineChoice = EngineName | "auto";

/** The engine that takes the steps. */
export interface ChosenEngine {
  readonly name: EngineName;
  /** Why, where it is not the usual one and nobody named it. */
  readonly reason?: string;
}

/** Options for {@linkcode chooseEngine}. */
export interface ChooseEngineOptions {
  /** The device that ONNX Runtime was told to run on, which decides for `auto`. */
  device?: string | undefined;
  /** @default {probeBinding} */
  probe?: () => Promise<BindingProbe>;
  /** @default {findCompiler} */
  compiler?: () => Promise<unknown>;
}

/**
 * Decides which engine to use: `auto` takes `tfjs-node-gpu` if its binding works and sees a GPU,
 * `native` if a C compiler works, and `onnx` otherwise, which needs nothing installed.
 *
 * @throws {InputError} If `tfjs-node-gpu` is named and does not work.
 */
export async function chooseEngine(
  choice: EngineChoice,
  { device = "auto", probe = probeBinding, compiler = findCompiler }: ChooseEngineOptions = {},
): Promise<ChosenEngine> {
  if (choice === "auto" && device !== "auto") {
    return { name: "onnx", reason: `it is what --device ${device} is about` };
  }
  if (choice !== "auto" && choice !== "tfjs-node-gpu") return { name: choice };
  const { works, gpu, libtensorflow, reason, fix } = await probe();
  if (choice === "tfjs-node-gpu") {
    if (!works) throw new InputError(`Cannot train on tfjs-node-gpu: ${reason}, ${fix}`);
    return { name: choice };
  }
  if (works && gpu) {
    return { name: "tfjs-node-gpu", reason: `its libtensorflow ${libtensorflow} sees a GPU` };
  }
  try {
    await compiler();
    return { name: "native" };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { name: "onnx", reason: `native is not used. ${error.message}` };
  }
}
