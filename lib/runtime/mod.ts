/**
 * Runs ONNX models: sessions, devices, profiles. The one door to onnxruntime-node.
 *
 * @module
 */
export {
  createSession,
  probeDevice,
  proveDevice,
  runtimeVersion,
  type Session,
} from "./session.ts";
export type { SessionOptions } from "./session_options.ts";
export { type Device, type DeviceChoice, type DeviceName, DEVICES } from "./device.ts";
export type { DeviceProbe } from "./device.ts";
export { type NodeProfile, Profile } from "./profile.ts";
export { chooseDevice, type ChooseDeviceOptions, type ChosenDevice } from "./choose_device.ts";
