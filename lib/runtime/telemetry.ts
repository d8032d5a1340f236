import { cString, openCLibrary } from "./c_library.ts";

/**
 * Keeps ONNX Runtime from telling its makers about this machine and its models: since 1.29 its
 * builds for Linux and macOS do, unless this variable is set before the first session
 * (microsoft/onnxruntime#27379). Whoever set it to something else is obeyed. Deno's own way would
 * need a permission for it; what calls ONNX Runtime may call the C library.
 */
export function turnOffTelemetry(): void {
  const library = openCLibrary({
    setenv: { parameters: ["buffer", "buffer", "i32"], result: "i32" },
  });
  library?.symbols.setenv(cString("ORT_DISABLE_TELEMETRY"), cString("1"), 0);
  library?.close();
}
