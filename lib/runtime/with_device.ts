import { InputError } from "../input_error.ts";
import type { ProgressStream } from "../command/progress.ts";
import { AUTO_DEVICES, type DeviceChoice, type DeviceName, explainProbe } from "./device.ts";
import { probeDevice, proveDevice } from "./session.ts";
import type { SessionOptions } from "./session_options.ts";

/** A device that works, and what its user should know of how it was chosen. */
export interface ChosenDevice {
  readonly device: DeviceName;
  readonly note?: string;
}

/** Options for {@linkcode chooseDevice}: who says whether a device works. */
export interface ChooseDeviceOptions {
  /** @default {probeDevice} */
  probe?: typeof probeDevice;
  /** @default {proveDevice} */
  prove?: typeof proveDevice;
}

/**
 * The device for a choice: a named one stays what it is, `auto` is the best that works. It says why
 * it fell back if it was asked for, or if there is a GPU that something keeps it from using: who has
 * none and did not ask hears nothing.
 *
 * @param choice Without it, `auto`.
 * @throws {InputError} If a named device cannot be used here.
 */
export async function chooseDevice(
  choice?: DeviceChoice,
  { probe: look = probeDevice, prove = proveDevice }: ChooseDeviceOptions = {},
): Promise<ChosenDevice> {
  if (choice !== undefined && choice !== "auto") {
    const probe = await prove(choice);
    if (!probe.works) throw new InputError(explainProbe(choice, probe));
    return { device: choice };
  }
  const reasons: string[] = [];
  for (const device of AUTO_DEVICES) {
    // Cheap first: on a machine without a GPU nothing is loaded but the name of its driver.
    const first = await look(device, { all: false });
    const probe = first.works ? await prove(device) : first;
    if (probe.works) return { device, note: `running on ${device}` };
    if (choice === "auto" || probe.hasHardware) {
      reasons.push(`not on ${device}, as ${probe.reason}; ${probe.fix}`);
    }
  }
  return {
    device: "cpu",
    ...reasons.length === 0 ? {} : { note: `running on the cpu, ${reasons.join(", ")}` },
  };
}

/** What the flags of `lib/command/device_options.ts` were given as. */
export interface DeviceValues {
  readonly device?: DeviceChoice | undefined;
  readonly profile?: boolean;
  readonly threads?: number;
}

/**
 * Does work with sessions on the device that was asked for.
 *
 * @param work Gets what to create sessions with, and must release them; returns lines to print.
 * @returns Those lines, and behind them the profile if it was asked for.
 * @throws {InputError} Before, if a named device cannot be used here.
 */
export async function withDevice(
  { device: choice, profile: isProfiled = false, threads = 0 }: DeviceValues,
  status: ProgressStream,
  work: (options: SessionOptions) => Promise<readonly string[]>,
): Promise<string[]> {
  const { device, note } = await chooseDevice(choice);
  if (note !== undefined) status.writeSync(new TextEncoder().encode(`${note}\n`));
  // Loaded only if it is needed: the start is part of every answer's time.
  const profile = isProfiled ? new (await import("./profile.ts")).Profile() : undefined;
  try {
    const lines = await work({ device, threads, profile });
    if (profile === undefined) return [...lines];
    const { formatProfile } = await import("./profile_table.ts");
    return [...lines, "", ...formatProfile(profile)];
  } finally {
    await profile?.close();
  }
}
