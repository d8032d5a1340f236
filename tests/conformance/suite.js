/**
 * The entry point of the bundle: TensorFlow.js's specs, and what runs them. Only esbuild reads it.
 *
 * @module
 */
import "./jasmine_globals.js";
import "@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops";
import "@tensorflow/tfjs-core/dist/register_all_gradients";
import "@tensorflow/tfjs-backend-cpu";
import "../../train/record/mod.ts";
import "./test_environment.js";
import "@tensorflow/tfjs-core/dist/tests";

export { runSpecs } from "./jasmine_globals.js";
