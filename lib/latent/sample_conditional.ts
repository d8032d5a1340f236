import { type NdArray, ndarray } from "../array/ndarray.ts";
import { InputError } from "../input_error.ts";

/**
 * The default temperature for samples of a label: at 1, a few in a hundred look like another label.
 */
export const LABEL_TEMPERATURE = 0.7;

/**
 * Latent variables of conditions: standard normal noise, moved and scaled by the answer of a
 * conditional prior. A temperature below 1 keeps samples nearer to the prior's mean, where they are
 * more typical and less varied (Kingma and Dhariwal, "Glow", 2018, section 6).
 *
 *     z = mean + temperature * exp(log variance / 2) * noise
 *
 * @param prior `z_mean` and `z_log_var`, `[conditions, latentDim]` each.
 * @param noise `[count, latentDim]`, in equal parts that of each condition.
 * @returns `[count, latentDim]`.
 * @throws {InputError} If the noise has no such shape.
 */
export function sampleConditional(
  { z_mean: mean, z_log_var: logVar }: Readonly<Record<string, NdArray>>,
  noise: NdArray<"float32">,
  { temperature }: { temperature: number },
): NdArray<"float32"> {
  const [count, latentDim] = noise.shape;
  const each = count / mean.shape[0];
  if (latentDim !== mean.shape[1] || !Number.isInteger(each)) {
    throw new InputError(
      `Cannot sample: noise of ${noise.shape.join("x")} is given for a prior of ${
        mean.shape.join("x")
      }, equally many rows for each of its rows are needed`,
    );
  }
  const points = noise.data.map((value, i) => {
    const at = Math.floor(i / latentDim / each) * latentDim + i % latentDim;
    const deviation = Math.exp(Number(logVar.data[at]) / 2);
    return Number(mean.data[at]) + temperature * deviation * value;
  });
  return ndarray("float32", [count, latentDim], points);
}
