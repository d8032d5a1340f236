/** What all options have. */
export interface Described {
  /** One line for `--help`, without its default. */
  readonly description: string;
}

interface TextOption extends Described {
  readonly kind: "string" | "path";
  readonly default?: string;
  readonly required?: boolean;
  /** Replaces the value in `--help`. */
  readonly placeholder?: string;
}

interface NumberOption extends Described {
  readonly kind: "integer" | "number";
  readonly default?: number;
  readonly required?: boolean;
  /** Minimum. */
  readonly min?: number;
  /** Exclusive minimum. */
  readonly above?: number;
  /** Maximum. */
  readonly max?: number;
}

/** A list such as `1,4,8`. */
interface IntegersOption extends Described {
  readonly kind: "integers";
  readonly default?: readonly number[];
  readonly required?: boolean;
  readonly min?: number;
  readonly max?: number;
}

/** A list such as `cat,dog`. */
interface NamesOption extends Described {
  readonly kind: "names";
  readonly default?: readonly string[];
  readonly required?: boolean;
  /** Replaces `NAME,NAME` in `--help`. */
  readonly placeholder?: string;
}

/** Paths, with one flag each: `--run a --run b`. */
interface PathsOption extends Described {
  readonly kind: "paths";
  readonly required?: boolean;
  readonly placeholder?: string;
}

export interface ChoiceOption extends Described {
  readonly kind: "choice";
  readonly choices: readonly string[];
  readonly default?: string;
  readonly required?: boolean;
}

/** `--name` turns it on, `--no-name` off; off unless its default says otherwise. */
interface BooleanOption extends Described {
  readonly kind: "boolean";
  readonly default?: boolean;
}

/** An option: its kind, range and, here only, its default. */
export type Option =
  | TextOption
  | NumberOption
  | IntegersOption
  | NamesOption
  | PathsOption
  | ChoiceOption
  | BooleanOption;
