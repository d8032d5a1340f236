import type { Traced } from "./rule.ts";

/** A recorded function: what it takes and what it gives, each by name. */
export interface Recording {
  readonly inputs: Readonly<Record<string, Traced>>;
  readonly outputs: Readonly<Record<string, Traced>>;
}
