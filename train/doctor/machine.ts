import { cpus } from "node:os";
import type { Machine } from "./diagnosis.ts";
import { describeNvidia } from "./nvidia.ts";

/** The libraries that say which C library a Linux has; musl has no version to ask for. */
const GLIBC = "libc.so.6";
const MUSL = /^ld-musl-.*\.so\.1$/;

/** The memory that a container may use, by the version of its control groups. */
const MEMORY_LIMITS = [
  "/sys/fs/cgroup/memory.max",
  "/sys/fs/cgroup/memory/memory.limit_in_bytes",
];

/**
 * Describes the machine that it runs on; what cannot be found out is `null`. Never throws. Deno
 * lets only programs with every permission read `/proc` and `/sys`.
 */
export async function describeMachine(): Promise<Machine> {
  const { os, arch } = Deno.build;
  const list = attempt(cpus) ?? [];
  return {
    os,
    osRelease: attempt(Deno.osRelease),
    architecture: arch,
    libc: os === "linux" ? libcVersion() : null,
    processor: {
      model: list[0]?.model.replaceAll(/\s+/g, " ").trim() || null,
      cores: list.length || null,
      threads: navigator.hardwareConcurrency,
    },
    memory: describeMemory(),
    nvidia: await describeNvidia(),
  };
}

function describeMemory(): Machine["memory"] {
  const info = attempt(Deno.systemMemoryInfo);
  const totalBytes = info?.total ?? null;
  // A control group without a limit says "max", or a number beyond any machine.
  const limits = MEMORY_LIMITS.map((path) => Number(attempt(() => Deno.readTextFileSync(path))))
    .filter((limit) => limit > 0 && limit < (totalBytes ?? Infinity));
  return {
    totalBytes,
    availableBytes: info?.available ?? null,
    limitBytes: limits.length > 0 ? Math.min(...limits) : null,
  };
}

function libcVersion(): string | null {
  return attempt(glibcVersion) ?? attempt(() => {
    const names = [...Deno.readDirSync("/lib")].map(({ name }) => name);
    return names.some((name) => MUSL.test(name)) ? "musl" : null;
  });
}

function glibcVersion(): string {
  const library = Deno.dlopen(GLIBC, {
    gnu_get_libc_version: { parameters: [], result: "pointer" },
  });
  const version = Deno.UnsafePointerView.getCString(library.symbols.gnu_get_libc_version()!);
  library.close();
  return `glibc ${version}`;
}

function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
