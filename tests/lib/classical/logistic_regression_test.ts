import { assertAlmostEquals, assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import {
  fitLogisticRegression,
  predictLogisticRegression,
} from "../../../lib/classical/logistic_regression.ts";

// scikit-learn 1.9.1, LogisticRegression(C=0.5, tol=1e-10).fit(X, y).predict_proba(X).
const X = ndarray("float32", [6, 2], Float32Array.of(0, 0, 1, 0, 0, 1, 2, 2, 3, 1, -1, 2));
const y = [0, 0, 1, 2, 2, 1];
const EXPECTED = [
  [0.578853, 0.312800, 0.108347],
  [0.569904, 0.205156, 0.224940],
  [0.366228, 0.470244, 0.163528],
  [0.141032, 0.190956, 0.668012],
  [0.179647, 0.068194, 0.752159],
  [0.164336, 0.752650, 0.083014],
];

Deno.test("fitLogisticRegression() gives scikit-learn's probabilities", () => {
  const model = fitLogisticRegression(X, y, { classes: 3, l2: 2 });
  const { data, shape } = predictLogisticRegression(X, model);
  assertEquals(shape, [6, 3]);
  EXPECTED.flat().forEach((value, i) => assertAlmostEquals(data[i], value, 1e-4));
});
