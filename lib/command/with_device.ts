import { chooseDevice } from "../runtime/choose_device.ts";
import type { DeviceChoice } from "../runtime/device.ts";
import type { SessionOptions } from "../runtime/session_options.ts";
import type { ProgressStream } from "./progress.ts";

/** The values of the flags of `device_options.ts`. */
export interface DeviceValues {
  readonly device?: DeviceChoice | undefined;
  readonly profile?: boolean;
  readonly threads?: number;
}

/**
 * Runs `work` with sessions on the chosen device.
 *
 * @param status Where the note on the choice is written.
 * @param work Gets the options of its sessions, and must release them; returns lines to print.
 * @returns Those lines, followed by the profile if `profile` is on.
 * @throws {InputError} Before `work` starts, if a named device cannot be used here.
 */
export async function withDevice(
  { device: choice, profile: isProfiled = false, threads = 0 }: DeviceValues,
  status: ProgressStream,
  work: (options: SessionOptions) => Promise<readonly string[]>,
): Promise<string[]> {
  const { device, note } = await chooseDevice(choice);
  if (note !== undefined) status.writeSync(new TextEncoder().encode(`${note}\n`));
  // Loaded only if needed, as loading adds to the time of every command.
  const profile = isProfiled ? new (await import("../runtime/profile.ts")).Profile() : undefined;
  try {
    const lines = await work({ device, threads, profile });
    if (profile === undefined) return [...lines];
    const { formatProfile } = await import("../runtime/profile_table.ts");
    return [...lines, "", ...formatProfile(profile)];
  } finally {
    await profile?.close();
  }
}
