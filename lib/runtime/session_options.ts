import type { DeviceName } from "./device.ts";
import type { Profile } from "./profile.ts";

/** Options for `createSession()`. */
export interface SessionOptions {
  /**
   * Threads that one operation may use; 0 leaves the choice to ONNX Runtime, which takes every
   * core.
   * @default {0}
   */
  threads?: number;
  /**
   * Whether threads without work spin instead of sleeping. That wins some microseconds an operation
   * where every core is free, and loses whole time slices where one is not: a training step on two
   * threads took 7.1 ms spinning and 8.4 ms sleeping on a quiet machine of two cores, 76 ms and
   * 24 ms on a busy one.
   * @default {false}
   */
  spinning?: boolean;
  /**
   * Where to run. Nodes that it has no kernel for run on the CPU; that the others run there is
   * proven before the first session of a process. Only the CPU gives the same bytes everywhere.
   * @default {"cpu"}
   */
  device?: DeviceName;
  /** Names the model's file, whose faults are then the user's: an InputError. */
  name?: string;
  /** What the session is to write down about its nodes; it gets that when it is released. */
  profile?: Profile | undefined;
}
