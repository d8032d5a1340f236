import { ablation } from "./ablation.ts";
import { beta } from "./beta.ts";
import { commitment } from "./commitment.ts";
import { completion } from "./completion.ts";
import type { Study } from "./study.ts";

/** Every study by name: to add one, add a file and a line. */
export const STUDIES: Readonly<Record<string, Study>> = { ablation, beta, commitment, completion };
