import { assertEquals, assertMatch } from "@std/assert";
import { selectionWarnings } from "../../../lib/latent/selection_warnings.ts";

const LABELS = Int32Array.of(1, 4, 8, 1, 4, 8, 8);

Deno.test("selectionWarnings() is silent for a classifier that agrees with the labels", () => {
  assertEquals(selectionWarnings(LABELS, LABELS, { accuracy: 0.75 }), []);
});

Deno.test("selectionWarnings() names labelled images that end in another class", () => {
  const [warning, ...others] = selectionWarnings(LABELS, Int32Array.of(1, 8, 4, 1, 4, 4, 8), {
    accuracy: 0.75,
  });
  assertMatch(warning, /^3 of 7 labelled images .+ another class \(4 as 8, 8 as 4\): /);
  assertEquals(others, []);
});

Deno.test("selectionWarnings() gives the names of classes, and four pairs at most", () => {
  const labels = Int32Array.of(0, 1, 2, 0, 1, 2);
  const [warning] = selectionWarnings(labels, Int32Array.of(1, 0, 1, 2, 2, 0), {
    accuracy: 0.9,
    classNames: ["cat", "dog", "ship"],
  });
  assertMatch(warning, /\(cat as dog, cat as ship, dog as cat, dog as ship, and 2 more\): /);
});

Deno.test("selectionWarnings() tells an accuracy near chance, and one that is not estimated", () => {
  const near = selectionWarnings(LABELS, LABELS, { accuracy: 0.4 });
  assertMatch(near.join(), /^the cross-validated accuracy is 0\.40, chance is 0\.33: /);
  const none = selectionWarnings(LABELS, LABELS, { accuracy: NaN });
  assertMatch(none.join(), /^with one labelled image per class /);
  // A single class is always found: no accuracy is near chance.
  assertEquals(selectionWarnings(Int32Array.of(1, 1), Int32Array.of(1, 1), { accuracy: 1 }), []);
});

Deno.test("selectionWarnings() names classes of a single labelled image", () => {
  const labels = Int32Array.of(0, 0, 1, 2, 2);
  const [warning, ...others] = selectionWarnings(labels, labels, {
    accuracy: 0.9,
    classNames: ["cat", "dog", "ship"],
  });
  assertMatch(
    warning,
    /^there is one labelled image of each of these classes: dog; .* at least two/,
  );
  assertEquals(others, []);
});

Deno.test("selectionWarnings() tells very unequal shares of predictions, absent classes included", () => {
  const of = (...shares: number[]) => {
    const unlabelled = Int32Array.from(shares.flatMap((n, i) => Array(n).fill([1, 4, 8][i])));
    return selectionWarnings(LABELS, LABELS, { accuracy: 0.9, unlabelled });
  };
  assertEquals(of(30, 20, 10), []);
  assertMatch(of(90, 5, 5).join(), /^the classes are predicted .* 1 for 90.0 % and 4 for 5.0 %: /);
  assertMatch(of(10, 0, 10).join(), /for 50.0 % and 4 for 0.0 %/);
});
