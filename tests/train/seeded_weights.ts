/**
 * Seeds the initial weights of TensorFlow.js layers in the test file that imports it, and with them
 * dropout: initializers without a seed of their own take one from `Math.random()`.
 *
 * @module
 */
import { Random } from "../../lib/array/random.ts";

const random = new Random(0, "weights");
Math.random = () => random.uniform();
