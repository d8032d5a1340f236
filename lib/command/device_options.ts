import { DEVICE_CHOICES } from "../runtime/device.ts";
import type { OptionTable } from "./flags.ts";

/** Options of every command that runs models. */
export const deviceOptions = {
  device: {
    kind: "choice",
    choices: DEVICE_CHOICES,
    // No default, as an explicit `auto` also explains why no GPU is used.
    description: "Device that runs the models; by default cuda where it works, else cpu",
  },
  profile: {
    kind: "boolean",
    description: "Print the time of each operator and the device that ran it",
  },
} as const satisfies OptionTable;
