import { runProgram } from "../../../../lib/setup/run_program.ts";

/**
 * NVIDIA's libraries on PyPI that the wheel `tensorflow[and-cuda]` asks for, the newest in the ranges
 * that its metadata gives, each with its SHA-256: CUDA 12.9, cuDNN 9.28.
 */
export const CUDA_LIBRARIES: Readonly<Record<string, string>> = {
  "nvidia-cublas-cu12==12.9.3.13":
    "d7d51055f161b317c7105ddaae90e71eda059026074ffef93cf7cde2886bfe72",
  "nvidia-cuda-cupti-cu12==12.9.79":
    "096bcf334f13e1984ba36685ad4c1d6347db214de03dbb6eebb237b41d9d934f",
  "nvidia-cuda-nvcc-cu12==12.9.86":
    "5d6a0d32fdc7ea39917c20065614ae93add6f577d840233237ff08e9a38f58f0",
  "nvidia-cuda-nvrtc-cu12==12.9.86":
    "210cf05005a447e29214e9ce50851e83fc5f4358df8b453155d5e1918094dcb4",
  "nvidia-cuda-runtime-cu12==12.9.79":
    "25bba2dfb01d48a9b59ca474a1ac43c6ebf7011f1b0b8cc44f54eb6ac48a96c3",
  "nvidia-cudnn-cu12==9.28.0.42":
    "9ff58b7f36dacd0a93e89f8f2957b52466889217963701daa15e577317cfa375",
  "nvidia-cufft-cu12==11.4.1.4": "c67884f2a7d276b4b80eb56a79322a95df592ae5e765cf1243693365ccab4e28",
  "nvidia-curand-cu12==10.3.10.19":
    "49b274db4780d421bd2ccd362e1415c13887c53c214f0d4b761752b8f9f6aa1e",
  "nvidia-cusolver-cu12==11.7.5.82":
    "15da72d1340d29b5b3cf3fd100e3cd53421dde36002eda6ed93811af63c40d88",
  "nvidia-cusparse-cu12==12.5.10.65":
    "73060ce019ac064a057267c585bf1fd5a353734151f87472ff02b2c5c9984e78",
  "nvidia-nccl-cu12==2.32.3": "bb94b2348e4861d5e8aa00b36c3d12d9bdf9c6369b82cbb723de0b582280a21c",
  "nvidia-nvjitlink-cu12==12.9.86":
    "e3f1171dbdc83c5932a45f0f4c99180a70de9bd2718c1ab77d14104f6d7147f9",
};

/** Their download, in gigabytes. */
export const CUDA_GIGABYTES = 2.8;

/** The platforms that their names give: pip takes no older one for a newer by itself. */
const PLATFORMS = ["2_27", "2_25", "2_17", "2_12"].map((glibc) => `manylinux_${glibc}_x86_64`);

/**
 * Installs NVIDIA's libraries with pip, which checks their hashes.
 *
 * @param options.python The Python whose pip downloads.
 * @param options.into The folder to install into. The wheel's libtensorflow looks in `nvidia/` of
 * the folder above its own.
 * @throws {InputError} If pip fails.
 */
export async function installCudaLibraries(
  { python, into }: { python: string; into: string },
): Promise<void> {
  const list = `${into}/cuda_libraries.txt`;
  const lines = Object.entries(CUDA_LIBRARIES).map(([name, hash]) =>
    `${name} --hash=sha256:${hash}`
  );
  await Deno.writeTextFile(list, lines.join("\n"));
  await runProgram(python, [
    ...["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"],
    ...["--require-hashes", "--only-binary=:all:", "--implementation=py"],
    ...PLATFORMS.map((platform) => `--platform=${platform}`),
    ...["--target", into, "--requirement", list],
  ], {
    action: "install NVIDIA's CUDA libraries",
    missing: "install Python (apt-get install python3-pip)",
    causes: [[/No space left/, "the disk is full, 10 GB are needed"]],
  });
}
