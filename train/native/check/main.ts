/**
 * Ends with code 0 if the kernels of a library, whose path is its argument, work on this processor; in
 * a process of its own, as an instruction that the processor does not know ends the process.
 */
if (import.meta.main) {
  const { symbols } = Deno.dlopen(Deno.args[0], {
    kernels_work: { parameters: [], result: "i32" },
  });
  if (symbols.kernels_work() !== 1) throw new Error("kernels give wrong numbers");
}
