import { InputError } from "../input_error.ts";

/** What images are labelled with. */
export interface ClassLabels {
  /** `[count]` */
  readonly labels: Int32Array;
  /** The names of labels 0, 1, …; without them a label's number is its name. */
  readonly classNames?: readonly string[] | undefined;
  /** Whether labels are numbers of the data's own, which `classNames` only describe. */
  readonly isNumbered?: boolean | undefined;
}

/** Orders names as people do: `a2` before `a10`. */
export const naturalOrder: (a: string, b: string) => number = (a, b) =>
  COLLATOR.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
const COLLATOR = new Intl.Collator("en", { numeric: true });

/** Labels of names: names that are all integers are labels themselves, others are numbered in natural order. */
export function labelNames(names: readonly string[]): Pick<ClassLabels, "labels" | "classNames"> {
  const distinct = [...new Set(names)].sort(naturalOrder);
  const integers = new Set(distinct.map(Number));
  if (distinct.every((name) => /^\d{1,9}$/.test(name)) && integers.size === distinct.length) {
    return { labels: Int32Array.from(names, Number) };
  }
  const numbers = new Map(distinct.map((name, number) => [name, number]));
  return { labels: Int32Array.from(names, (name) => numbers.get(name)!), classNames: distinct };
}

/** Labels in the numbers of other images. */
export interface JoinedLabels {
  readonly labels: Int32Array;
  /** The names of the known classes, then those that only these images have. */
  readonly classNames?: readonly string[];
  /** The names of classes that are not known. */
  readonly unknown: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Joins classes by name: gives labels the numbers that the classes of those names are known by. A
 * class that is not known gets a number beyond.
 *
 * @param known The classes of a model or of other images; `labels` may be each class once.
 * @param options How messages name the images that are joined.
 * @throws {InputError} If no class is known.
 */
export function joinClasses(
  known: ClassLabels,
  joined: ClassLabels,
  options: { name: string },
): JoinedLabels {
  const { name } = options;
  const classes = distinct(known.labels);
  const byNumber = (warnings: string[] = []): JoinedLabels => ({
    labels: joined.labels,
    classNames: known.classNames ?? (joined.isNumbered ? joined.classNames : undefined),
    unknown: distinct(joined.labels).filter((label) => !classes.includes(label))
      .map((label) => nameOf(joined, label)),
    warnings,
  } as JoinedLabels);
  const isNamed = {
    known: known.classNames !== undefined,
    joined: joined.classNames !== undefined,
  };
  if (!isNamed.known && (!isNamed.joined || joined.isNumbered)) return byNumber();
  if (known.isNumbered && !isNamed.joined) return byNumber();

  const numbers = new Map(classes.map((label) => [nameOf(known, label), label]));
  known.classNames?.forEach((name, label) => numbers.set(name, label));
  const names = distinct(joined.labels).map((label) => nameOf(joined, label));
  const unknown = names.filter((name) => !numbers.has(name));
  if (unknown.length === names.length) {
    const places = known.classNames?.length ?? 0;
    if (!isNamed.joined && joined.labels.every((label) => label >= 0 && label < places)) {
      return byNumber([
        `the labels of ${name} are numbers and are taken as places among the class names: 0 is ` +
        `"${known.classNames![0]}"`,
      ]);
    }
    throw new InputError(
      `Cannot join the classes of ${name}: they are ${some(names)}, of the classes ${
        some([...numbers.keys()])
      } at least one is needed`,
    );
  }
  let next = Math.max(known.classNames?.length ?? 0, ...classes.map((label) => label + 1));
  for (const name of unknown) numbers.set(name, next++);
  return {
    labels: joined.labels.map((label) => numbers.get(nameOf(joined, label))!),
    ...known.classNames && { classNames: [...known.classNames, ...unknown] },
    unknown,
    warnings: [],
  };
}

/** The names of the classes that labels have, by number. */
export function namesOfClasses(labels: ClassLabels): string[] {
  return distinct(labels.labels).map((label) => nameOf(labels, label));
}

function distinct(labels: Int32Array): number[] {
  return [...new Set(labels)].sort((a, b) => a - b);
}

function nameOf({ classNames }: ClassLabels, label: number): string {
  return classNames?.[label] ?? String(label);
}

/** Names for a message: a handful, then how many more there are. */
export function some(names: readonly string[], shown = 5): string {
  const listed = names.slice(0, shown).map((name) => JSON.stringify(name)).join(", ");
  return names.length > shown ? `${listed} and ${names.length - shown} more` : listed;
}
