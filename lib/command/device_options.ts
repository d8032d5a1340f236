import { DEVICE_CHOICES } from "../runtime/device.ts";
import type { OptionTable } from "./flags.ts";

/** Options that every command has which runs models. */
export const deviceOptions = {
  device: {
    kind: "choice",
    choices: DEVICE_CHOICES,
    // No default: `auto` that was asked for also says why it fell back where there is no GPU.
    description:
      "Where models run; where it is not given, on a GPU by CUDA if that works, else cpu",
  },
  profile: {
    kind: "boolean",
    description: "Say what ran each node of the models, and how long that took",
  },
} as const satisfies OptionTable;
