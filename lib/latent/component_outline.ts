import { normalQuantile } from "../array/normal.ts";
import type { LatentMember } from "./latent_classifier.ts";
import type { LatentTransform, TransformName } from "./latent_transform.ts";
import { covarianceFactors } from "../mixture/parameters.ts";

/** A point of the latent plane. */
export type PlanePoint = readonly [x: number, y: number];

/** Where a component of a mixture lies in a latent plane. */
export interface ComponentOutline {
  /** Its number in the mixture. */
  readonly component: number;
  /** Its class, an index. */
  readonly classIndex: number;
  /** Absent if no latent is mapped to the component's mean. */
  readonly centre?: PlanePoint;
  /** For each number of standard deviations the lines that its ellipse makes in the plane. */
  readonly ellipses: readonly {
    readonly sigma: number;
    readonly lines: readonly (readonly PlanePoint[])[];
  }[];
}

/** Options for {@linkcode componentOutlines}. */
export interface ComponentOutlineOptions {
  /** Standard deviations at which ellipses are drawn. @default {[1, 2]} */
  sigmas?: readonly number[];
  /** Points of an ellipse. @default {96} */
  steps?: number;
}

/**
 * The ellipses of a mixture over a latent plane, brought back from behind its transform: they are
 * ellipses where the mixture is fitted, and curves in the plane. A part that lies where the
 * transform never comes (beyond ±1) has no place in the plane, and its curve is open there.
 *
 * @throws {RangeError} If the latent space is no plane.
 */
export function componentOutlines(
  { transform, mixture, componentClass }: Pick<
    LatentMember,
    "transform" | "mixture" | "componentClass"
  >,
  { sigmas = [1, 2], steps = 96 }: ComponentOutlineOptions = {},
): ComponentOutline[] {
  const { data: means, shape: [, features] } = mixture.means;
  if (features !== 2) {
    throw new RangeError(
      `Cannot outline components: the latent space has ${features} axes, a plane is needed`,
    );
  }
  return covarianceFactors(mixture).map((factor, component) => {
    const [x, y] = means.subarray(component * 2, component * 2 + 2);
    const centre = invertTransform(transform, [x, y]);
    return {
      component,
      classIndex: componentClass[component],
      ...centre === undefined ? {} : { centre: centre as [number, number] },
      ellipses: sigmas.map((sigma) => {
        const points = Array.from({ length: steps }, (_, i) => {
          const angle = 2 * Math.PI * i / steps;
          const [a, b] = [sigma * Math.cos(angle), sigma * Math.sin(angle)];
          const u = [x + factor[0] * a, y + factor[2] * a + factor[3] * b];
          return invertTransform(transform, u) as PlanePoint | undefined;
        });
        return { sigma, lines: unbroken(points) };
      }),
    };
  });
}

/** The latent that a transform maps to u, or undefined where it maps none. */
export function invertTransform(
  { name, mean, std, scale }: LatentTransform,
  u: readonly number[],
): number[] | undefined {
  const t = INVERSES[name](u);
  if (!t.every(Number.isFinite)) return undefined;
  return t.map((value, axis) => mean[axis] + value * std[axis] * scale);
}

/** The inverses of the squashing functions; no finite number where there is none. */
const INVERSES: Readonly<Record<TransformName, (u: readonly number[]) => readonly number[]>> = {
  none: (u) => u,
  erf: (u) => u.map((value) => Math.abs(value) <= 1 - 2e-6 ? inverseErf(value) : NaN),
  tanh: (u) => u.map(Math.atanh),
  // |u|² = 1 - exp(-|t|²)
  disc: (u) => {
    const square = u.reduce((sum, value) => sum + value * value, 0);
    const growth = square === 0 ? 1 : Math.sqrt(-Math.log1p(-square) / square);
    return u.map((value) => value * growth);
  },
};

function inverseErf(value: number): number {
  return normalQuantile((1 + value) / 2) / Math.SQRT2;
}

/** The runs of points that are there in a closed row of them; a whole row ends where it starts. */
function unbroken(points: readonly (PlanePoint | undefined)[]): PlanePoint[][] {
  const gap = points.indexOf(undefined);
  if (gap < 0) return [[...points as PlanePoint[], points[0]!]];
  const lines: PlanePoint[][] = [[]];
  for (let i = 1; i <= points.length; i++) {
    const point = points[(gap + i) % points.length];
    if (point !== undefined) lines.at(-1)!.push(point);
    else if (lines.at(-1)!.length > 0) lines.push([]);
  }
  return lines.filter((line) => line.length > 1);
}
