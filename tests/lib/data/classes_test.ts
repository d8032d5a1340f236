import { assertEquals, assertThrows } from "@std/assert";
import { Random } from "../../../lib/array/random.ts";
import {
  type ClassLabels,
  joinClasses,
  labelNames,
  naturalOrder,
} from "../../../lib/data/classes.ts";
import { InputError } from "../../../lib/input_error.ts";

const NAMES = ["cat", "dog", "emu", "img2", "img10", "__proto__", "constructor", "Äpfel", "7"];

/** Some of the names, at least `least`. */
function someOf(random: Random, least: number): string[] {
  const count = least + random.integer(NAMES.length - least + 1);
  return [...random.permutation(NAMES.length).subarray(0, count)].map((i) => NAMES[i]);
}

/** The name of each label. */
function named({ labels, classNames }: ClassLabels): string[] {
  return Array.from(labels, (label) => classNames?.[label] ?? String(label));
}

Deno.test("labelNames() numbers names in natural order, and keeps integers as they are", () => {
  assertEquals(labelNames(["8", "1", "08"]).classNames, ["08", "8", "1"].sort(naturalOrder));
  assertEquals(labelNames(["8", "1", "12"]), { labels: Int32Array.of(8, 1, 12) });
  assertEquals(labelNames(["img10", "img2", "img10"]), {
    labels: Int32Array.of(1, 0, 1),
    classNames: ["img2", "img10"],
  });
  const random = new Random(1);
  for (let i = 0; i < 50; i++) {
    const names = someOf(random, 1);
    assertEquals(named(labelNames(names)), names);
  }
});

Deno.test("joinClasses() keeps the name of every label, whichever classes either side has", () => {
  const random = new Random(2);
  for (let i = 0; i < 300; i++) {
    const [ours, theirs] = [someOf(random, 1), someOf(random, 1)];
    const known = labelNames(ours);
    const joined = labelNames(theirs);
    const unknown = theirs.filter((name) => !ours.includes(name));
    if (unknown.length === theirs.length) {
      // Never by the place in a list: no number of a name is compared with a number.
      if (joined.classNames === undefined) continue;
      assertThrows(() => joinClasses(known, joined, { name: '"val"' }), InputError, "Cannot join");
      continue;
    }
    const result = joinClasses(known, joined, { name: '"val"' });
    assertEquals(result.unknown.toSorted(), unknown.toSorted());
    if (result.classNames !== undefined) assertEquals(named(result), theirs);
    theirs.forEach((name, i) => {
      const at = ours.indexOf(name);
      if (at >= 0) assertEquals(result.labels[i], known.labels[at]);
      else assertEquals(known.labels.includes(result.labels[i]), false);
    });
  }
});

Deno.test("joinClasses() does not shift the names of folders that lack a class", () => {
  const train = labelNames(["a", "b", "c"]);
  const val = labelNames(["b", "c"]);
  assertEquals([...joinClasses(train, val, { name: "val" }).labels], [1, 2]);
  // The other way round: the labelled images lack a class of the test images.
  const { labels, classNames, unknown } = joinClasses(val, train, { name: "test" });
  assertEquals([[...labels], classNames, unknown], [[2, 0, 1], ["b", "c", "a"], ["a"]]);
});

Deno.test("joinClasses() compares numbers with numbers, and with names only where it says so", () => {
  const numbers = { labels: Int32Array.of(0, 1) };
  const named = labelNames(["cat", "dog"]);
  assertEquals([...joinClasses(numbers, numbers, { name: "x" }).labels], [0, 1]);
  assertThrows(() => joinClasses(numbers, named, { name: '"x"' }), InputError, '"x"');
  const byPlace = joinClasses(named, numbers, { name: '"x"' });
  assertEquals([...byPlace.labels], [0, 1]);
  assertEquals(byPlace.warnings, [
    'the labels of "x" are numbers and are taken as places among the class names: 0 is "cat"',
  ]);
  assertThrows(
    () => joinClasses(named, { labels: Int32Array.of(0, 2) }, { name: '"x"' }),
    InputError,
    'Cannot join the classes of "x": they are "0", "2", of the classes "cat", "dog" at least one is needed',
  );
  // Names that only describe the numbers of a dataset do not hinder.
  const described = { ...numbers, classNames: ["T-shirt/top", "Trouser"], isNumbered: true };
  assertEquals(joinClasses(numbers, described, { name: "x" }).labels, numbers.labels);
  assertEquals(joinClasses(described, numbers, { name: "x" }).warnings, []);
});

Deno.test("naturalOrder() is as people count, and one order for all names", () => {
  const names = ["a10", "a9", "A1", "a1", "a01", "b", "10", "9", "ä"];
  const sorted = names.toSorted(naturalOrder);
  assertEquals(sorted.indexOf("a9") < sorted.indexOf("a10"), true);
  assertEquals(sorted.indexOf("9") < sorted.indexOf("10"), true);
  assertEquals(names.toReversed().sort(naturalOrder), sorted);
});
