import { beta } from "./beta.ts";
import type { Study } from "./study.ts";

/** Every study by name: to add one, add a file and a line. */
export const STUDIES: Readonly<Record<string, Study>> = { beta };
