import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";

/** Adds a trained vector a position: `[batch, steps, units]`. */
export class PositionEmbedding extends tfl.layers.Layer {
  static readonly className = "PositionEmbedding";
  #positions!: tfl.LayerVariable;

  override build([, steps, units]: number[]): void {
    this.#positions = this.addWeight(
      "positions",
      [steps, units],
      "float32",
      tfl.initializers.randomNormal({}),
    );
    this.built = true;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const [x] = [inputs].flat();
    return tf.tidy(() => tf.add(x, this.#positions.read()));
  }
}

/** softmax(Q Kᵀ / √size) V in several heads: `[batch, steps, units]`. */
export class SelfAttention extends tfl.layers.Layer {
  static readonly className = "SelfAttention";
  readonly #heads: number;
  #weights!: Record<"query" | "key" | "value" | "output", tfl.LayerVariable>;

  constructor({ heads, ...args }: { heads: number; name: string }) {
    super(args);
    this.#heads = heads;
  }

  override build([, , units]: number[]): void {
    const weight = (name: string) =>
      this.addWeight(name, [units, units], "float32", tfl.initializers.glorotUniform({}));
    this.#weights = {
      query: weight("query"),
      key: weight("key"),
      value: weight("value"),
      output: weight("output"),
    };
    this.built = true;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const [x] = [inputs].flat();
    const [batch, steps, units] = x.shape;
    const size = units / this.#heads;
    const project = (vectors: tf.Tensor, weight: tfl.LayerVariable) => {
      const rows = tf.reshape(vectors, [-1, units]) as tf.Tensor2D;
      return tf.matMul(rows, weight.read() as tf.Tensor2D);
    };
    const split = (name: "query" | "key" | "value") => {
      const projected = project(x, this.#weights[name]);
      return tf.transpose(tf.reshape(projected, [batch, steps, this.#heads, size]), [0, 2, 1, 3]);
    };
    return tf.tidy(() => {
      const scores = tf.div(tf.matMul(split("query"), split("key"), false, true), Math.sqrt(size));
      const heads = tf.matMul(tf.softmax(scores), split("value"));
      const joined = tf.reshape(tf.transpose(heads, [0, 2, 1, 3]), [batch, steps, units]);
      return tf.reshape(project(joined, this.#weights.output), [batch, steps, units]);
    });
  }
}
