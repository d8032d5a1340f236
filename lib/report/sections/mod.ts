import type { SectionBuilder } from "../parts/section.ts";
import { classification } from "./classification.ts";
import { codebook } from "./codebook.ts";
import { completion } from "./completion.ts";
import { data } from "./data.ts";
import { generation } from "./generation.ts";
import { gradCam } from "./grad_cam.ts";
import { latentSpace } from "./latent_space.ts";
import { losses } from "./losses.ts";
import { mixture } from "./mixture.ts";
import { model } from "./model.ts";
import { outliers } from "./outliers.ts";
import { provenance } from "./provenance.ts";
import { reconstruction } from "./reconstruction.ts";
import { selection } from "./selection.ts";

/** The sections of a report, in order. A run shows those that it holds something for. */
export const SECTIONS: readonly SectionBuilder[] = [
  data,
  model,
  losses,
  reconstruction,
  generation,
  completion,
  codebook,
  latentSpace,
  mixture,
  selection,
  classification,
  gradCam,
  outliers,
  provenance,
];
