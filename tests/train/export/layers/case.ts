import type * as tf from "@tensorflow/tfjs-core";
import type * as tfl from "@tensorflow/tfjs-layers";

/** The name of something in `tf.layers`. */
export type LayerName = keyof typeof tfl.layers;

/** A layer to export. */
export interface LayerCase {
  readonly layer: LayerName;
  /** What sets it apart from other cases of the layer. */
  readonly about?: string;
  /** The shapes of its inputs, without the batch. */
  readonly inputs: readonly (readonly number[])[];
  build(): tfl.layers.Layer;
  /** How tensors go through a layer that TensorFlow.js itself cannot run inside of a model. */
  readonly apply?: (layer: tfl.layers.Layer, inputs: readonly tf.Tensor[]) => tf.Tensor;
  /** Integers below this are its inputs. */
  readonly choices?: number;
}

/** Cases of layers that take one tensor of one shape. */
export function cases(
  shape: readonly number[],
  builders: readonly (readonly [LayerName, () => tfl.layers.Layer, string?])[],
): LayerCase[] {
  return builders.map(([layer, build, about]) => ({
    layer,
    inputs: [shape],
    build,
    ...about === undefined ? {} : { about },
  }));
}
