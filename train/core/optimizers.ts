import * as tf from "@tensorflow/tfjs-core";

/** Moves variables along their gradients. */
export interface Optimizer {
  /** What it trains. */
  readonly variables: readonly tf.Variable[];
  /** What it remembers from step to step. */
  readonly state: readonly tf.Variable[];
  /**
   * Takes one step. The learning rate is a tensor, so that a schedule can change it without
   * recording the step anew.
   *
   * @param gradients By the name of their variable.
   */
  applyGradients(gradients: tf.NamedTensorMap, learningRate: tf.Scalar): void;
  /** Frees its state. */
  dispose(): void;
}

/** Options for {@linkcode adam}. */
export interface AdamOptions {
  /** Decay of the mean of the gradients. @default {0.9} */
  beta1?: number;
  /** Decay of the mean of their squares. @default {0.999} */
  beta2?: number;
  /** Keeps the step finite where the gradient is zero. @default {1e-8} */
  epsilon?: number;
}

/**
 * Adam (Kingma and Ba, "Adam: A Method for Stochastic Optimization", 2014, algorithm 1).
 *
 * Takes the same steps as `tf.train.adam` up to rounding, in ten passes over the parameters
 * instead of fourteen: the step is bound by memory, and every factor that is one number for all
 * parameters is folded into two scalars, as the end of the paper's section 2 suggests. For that the
 * state holds sums without the factors (1 - beta1) and (1 - beta2):
 *
 *     m <- beta1 m + g                      v <- beta2 v + g^2
 *     w <- w - rate m / (sqrt(v) + epsilon')
 *     rate     = learningRate (1 - beta1) / (1 - beta1^t) sqrt((1 - beta2^t) / (1 - beta2))
 *     epsilon' = epsilon sqrt((1 - beta2^t) / (1 - beta2))
 *
 * @param variables What it trains.
 */
export function adam(
  variables: readonly tf.Variable[],
  { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: AdamOptions = {},
): Optimizer {
  const moments = variables.map((variable) => ({
    variable,
    first: zeros(variable, "m"),
    second: zeros(variable, "v"),
  }));
  const power1 = createState(() => tf.scalar(1), "adam/beta1_power");
  const power2 = createState(() => tf.scalar(1), "adam/beta2_power");
  const state = [...moments.flatMap(({ first, second }) => [first, second]), power1, power2];
  return optimizerOf(variables, state, (gradients, learningRate) => {
    power1.assign(tf.mul(power1, beta1));
    power2.assign(tf.mul(power2, beta2));
    const scale = tf.sqrt(tf.div(tf.sub(1, power2), 1 - beta2));
    const rate = tf.mul(
      tf.div(tf.mul(learningRate, 1 - beta1), tf.sub(1, power1)),
      scale,
    );
    const offset = tf.mul(scale, epsilon);
    for (const { variable, first, second } of moments) {
      const gradient = gradients[variable.name];
      first.assign(tf.add(tf.mul(first, beta1), gradient));
      second.assign(tf.add(tf.mul(second, beta2), tf.square(gradient)));
      const step = tf.div(first, tf.add(tf.sqrt(second), offset));
      variable.assign(tf.sub(variable, tf.mul(step, rate)));
    }
  });
}

/** Options for {@linkcode sgd}. */
export interface SgdOptions {
  /** The part of the last update that is added to the next. @default {0} */
  momentum?: number;
}

/**
 * Stochastic gradient descent, with momentum as PyTorch and TensorFlow.js have it:
 *
 *     m <- momentum m + g        w <- w - learningRate m
 *
 * @param variables What it trains.
 */
export function sgd(
  variables: readonly tf.Variable[],
  { momentum = 0 }: SgdOptions = {},
): Optimizer {
  const state = momentum === 0 ? [] : variables.map((variable) => zeros(variable, "m"));
  return optimizerOf(variables, state, (gradients, learningRate) => {
    variables.forEach((variable, i) => {
      const gradient = gradients[variable.name];
      if (momentum !== 0) state[i].assign(tf.add(tf.mul(state[i], momentum), gradient));
      variable.assign(tf.sub(variable, tf.mul(state[i] ?? gradient, learningRate)));
    });
  });
}

/**
 * RMSProp (Tieleman and Hinton, "Neural Networks for Machine Learning", lecture 6.5, 2012), with the
 * decay and the place of epsilon that PyTorch has:
 *
 *     v <- decay v + (1 - decay) g^2        w <- w - learningRate g / (sqrt(v) + epsilon)
 *
 * @param variables What it trains.
 */
export function rmsprop(
  variables: readonly tf.Variable[],
  { decay = 0.99, epsilon = 1e-8 }: {
    /** Of the mean of the squared gradients. @default {0.99} */
    decay?: number;
    /** Keeps the step finite where the gradient is zero. @default {1e-8} */
    epsilon?: number;
  } = {},
): Optimizer {
  const state = variables.map((variable) => zeros(variable, "v"));
  return optimizerOf(variables, state, (gradients, learningRate) => {
    variables.forEach((variable, i) => {
      const gradient = gradients[variable.name];
      state[i].assign(
        tf.add(tf.mul(state[i], decay), tf.mul(tf.square(gradient), 1 - decay)),
      );
      const step = tf.div(gradient, tf.add(tf.sqrt(state[i]), epsilon));
      variable.assign(tf.sub(variable, tf.mul(step, learningRate)));
    });
  });
}

/** Options for {@linkcode createOptimizer}. */
export interface OptimizerOptions extends AdamOptions, SgdOptions {
  /** @default {"adam"} */
  optimizer?: keyof typeof OPTIMIZERS;
  /** Draws kernels towards 0; biases and scales keep their size. @default {0} */
  weightDecay?: number;
  /** The greatest norm of all gradients together; 0 leaves them as they are. @default {0} */
  clipNorm?: number;
}

/** Optimizers by the name that `--optimizer` takes; the options are those of all. */
export const OPTIMIZERS = {
  adam,
  adamw: adam,
  sgd,
  rmsprop,
} as const;

/**
 * Creates an optimizer by name, with clipped gradients (Pascanu et al., "On the difficulty of training
 * recurrent neural networks", 2013, algorithm 1) and weight decay where they are asked for. Decay is
 * part of the gradient as in PyTorch, `g + weightDecay w`, but for `adamw`, where it is apart
 * (Loshchilov and Hutter, "Decoupled Weight Decay Regularization", 2017, algorithm 2):
 *
 *     g <- g min(1, clipNorm / (|g| + 1e-6))        w <- w - learningRate weightDecay w
 *
 * @param variables What it trains.
 */
export function createOptimizer(
  variables: readonly tf.Variable[],
  { optimizer: name = "adam", weightDecay = 0, clipNorm = 0, ...options }: OptimizerOptions = {},
): Optimizer {
  const optimizer = OPTIMIZERS[name](variables, options);
  if (weightDecay === 0 && clipNorm === 0) return optimizer;
  const kernels = weightDecay === 0 ? [] : variables.filter(({ shape }) => shape.length > 1);
  return {
    ...optimizer,
    applyGradients: (gradients, learningRate) =>
      tf.tidy(() => {
        const changed = clipNorm > 0 ? clipGradients(gradients, clipNorm) : { ...gradients };
        for (const kernel of kernels) {
          const decay = tf.mul(kernel, weightDecay);
          if (name === "adamw") kernel.assign(tf.sub(kernel, tf.mul(decay, learningRate)));
          else changed[kernel.name] = tf.add(changed[kernel.name], decay);
        }
        optimizer.applyGradients(changed, learningRate);
      }),
  };
}

/** Gradients whose norm, of all together, is at most a number. */
function clipGradients(gradients: tf.NamedTensorMap, clipNorm: number): tf.NamedTensorMap {
  const squares = Object.values(gradients).map((gradient) => tf.sum(tf.square(gradient)));
  const norm = tf.sqrt(tf.addN(squares));
  const scale = tf.minimum(tf.div(clipNorm, tf.add(norm, 1e-6)), 1);
  return Object.fromEntries(
    Object.entries(gradients).map(([name, gradient]) => [name, tf.mul(gradient, scale)]),
  );
}

/** An optimizer that owns its state, and leaves no other tensor behind. */
function optimizerOf(
  variables: readonly tf.Variable[],
  state: tf.Variable[],
  applyGradients: Optimizer["applyGradients"],
): Optimizer {
  return {
    variables,
    state,
    dispose: () => tf.dispose(state),
    applyGradients: (gradients, learningRate) =>
      tf.tidy(() => applyGradients(gradients, learningRate)),
  };
}

function zeros(variable: tf.Variable, suffix: string): tf.Variable {
  return createState(() => tf.zerosLike(variable), `${variable.name}/${suffix}`);
}

let stateCount = 0;

/** Numbers its name: TensorFlow.js keeps all variables in one table by name. */
function createState(initial: () => tf.Tensor, name: string): tf.Variable {
  // A variable copies the tensor that it begins with, which tidy() then frees.
  return tf.tidy(() => tf.variable(initial(), false, `${name}_${stateCount++}`));
}
