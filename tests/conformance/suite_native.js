/**
 * The entry point of the bundle for compiled steps: {@link file://./suite.js} with what is kept of
 * the kernels that specs call, and what compiles them.
 *
 * @module
 */
import { recordSpecs } from "./compiled_specs.ts";
import { runSpecs as runAll } from "./suite.js";

export { compileSpecs } from "./compiled_specs.ts";

export const runSpecs = () => runAll(recordSpecs());
