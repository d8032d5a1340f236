/**
 * What `deno task doctor` finds out; with `--json` this is what it prints. Keys are only added to
 * it as long as `formatVersion` stays the same; what is unknown is `null`.
 */
export interface Diagnosis {
  readonly format: "glimpse-doctor";
  readonly formatVersion: 1;
  readonly machine: Machine | null;
  /** Of `glimpse`, `deno`, `onnxruntime-node`, `tensorflow.js`, …; `null` if it does not load. */
  readonly versions: Readonly<Record<string, string | null>>;
  /** What can take a training step: the choices of `--engine`, and of `--backend` for `tfjs`. */
  readonly engines: readonly EngineFinding[];
  /** Where ONNX Runtime can run: the choices of `--device`. */
  readonly devices: readonly DeviceFinding[];
}

/** Whether something works, or why not. */
export interface Finding {
  readonly name: string;
  readonly works: boolean;
  /** Whether `auto` takes it. */
  readonly recommended: boolean;
  /** What it is when it works, such as the name of the graphics card. */
  readonly detail: string | null;
  /** Why it does not work, or what is amiss though it works; a sentence without a full stop. */
  readonly reason: string | null;
  /** The command that would make it work; `null` where none would on this machine. */
  readonly fix: string | null;
  /**
   * Training steps of the default VAE at a batch of 128 images of 28x28, in images per second:
   * forward, gradients and Adam. `null` if it was not measured or does not work.
   */
  readonly trainingSpeed: number | null;
}

/** An engine, or one backend of the engine `tfjs`. */
export interface EngineFinding extends Finding {
  /** The value of `--backend`, where the engine has several. */
  readonly backend: string | null;
}

/** A device of ONNX Runtime. */
export interface DeviceFinding extends Finding {
  /**
   * Images through the encoder and the decoder of the default VAE in batches of 1024, in images
   * per second, from and to the memory of the host.
   */
  readonly inferenceSpeed: number | null;
}

/** The machine as far as it decides what works and how fast. */
export interface Machine {
  /** Such as `linux`, `darwin` or `windows`. */
  readonly os: string;
  /** Of the kernel. */
  readonly osRelease: string | null;
  /** Such as `x86_64` or `aarch64`. */
  readonly architecture: string;
  /** Such as `glibc 2.36`; `null` off Linux. */
  readonly libc: string | null;
  readonly processor: {
    readonly model: string | null;
    readonly cores: number | null;
    /** Threads that the system lets this process run at once: what `--threads 0` goes by. */
    readonly threads: number;
  };
  readonly memory: {
    readonly totalBytes: number | null;
    /** What could be had without swapping. */
    readonly availableBytes: number | null;
    /** What the container allows, where that is less. */
    readonly limitBytes: number | null;
  };
  /** `null` if there is no driver. */
  readonly nvidia: Nvidia | null;
}

/** An NVIDIA driver with its cards. */
export interface Nvidia {
  readonly driver: string | null;
  /** The newest CUDA that the driver can run. */
  readonly cuda: string | null;
  readonly cards: readonly NvidiaCard[];
}

/** An NVIDIA graphics card. */
export interface NvidiaCard {
  readonly name: string;
  readonly memoryBytes: number | null;
  /** Such as `9.0`. */
  readonly computeCapability: string | null;
}
