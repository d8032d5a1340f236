import { InputError } from "../../../lib/input_error.ts";
import { assertThrows } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { checkMixtureOptions, MIXTURE_DEFAULTS } from "../../../lib/mixture/mixture_options.ts";

const array = (shape: readonly number[], ...values: number[]) =>
  ndarray("float64", shape, Float64Array.from(values));

const right = {
  ...MIXTURE_DEFAULTS,
  nComponents: 2,
  weightsInit: array([2], 0.25, 0.75),
  meansInit: array([2, 1], -1, 1),
  precisionsInit: array([2, 1, 1], 1, 2),
};

Deno.test("checkMixtureOptions() takes the defaults, and starts of the right shape", () => {
  checkMixtureOptions(MIXTURE_DEFAULTS, 1);
  checkMixtureOptions(right, 1);
});

Deno.test("checkMixtureOptions() throws for an option out of its range, and names it", () => {
  const wrong = {
    nComponents: 0,
    covarianceType: "round",
    tol: -1,
    regCovar: NaN,
    maxIter: 1.5,
    nInit: 0,
    initParams: "best",
    seed: -1,
    weightsInit: array([2], 0.5, 0.6),
    meansInit: array([1, 2], -1, 1),
    precisionsInit: array([2, 1, 1], 1, -2),
  };
  for (const [name, value] of Object.entries(wrong)) {
    const options = { ...right, [name]: value } as typeof right;
    assertThrows(() => checkMixtureOptions(options, 1), InputError, name);
  }
});

Deno.test("checkMixtureOptions() throws for a precision that is not symmetric", () => {
  const precisionsInit = array([1, 2, 2], 2, 1, 0, 2);
  assertThrows(
    () => checkMixtureOptions({ ...MIXTURE_DEFAULTS, precisionsInit }, 2),
    InputError,
    "symmetric",
  );
});
