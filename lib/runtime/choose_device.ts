import { InputError } from "../input_error.ts";
import { AUTO_DEVICES, type DeviceChoice, type DeviceName, explainProbe } from "./device.ts";
import { probeDevice, proveDevice } from "./session.ts";

/** A device that works, and a note for the user on how it was chosen. */
export interface ChosenDevice {
  readonly device: DeviceName;
  readonly note?: string;
}

/** Options for {@linkcode chooseDevice}: how it finds out whether a device works. */
export interface ChooseDeviceOptions {
  /** @default {probeDevice} */
  probe?: typeof probeDevice;
  /** @default {proveDevice} */
  prove?: typeof proveDevice;
}

/**
 * The device for a choice: a named device itself, or for `auto` the best that works. The note says
 * why the CPU was chosen, if `auto` was given as a flag or there is a GPU that cannot be used.
 *
 * @param choice `auto` if undefined.
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
    // The cheap probe first: without a GPU it only tries to load the driver.
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
