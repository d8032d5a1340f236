import { heatOverlay } from "../../plot/heat_overlay.ts";
import { imageRows } from "../../plot/image_rows.ts";
import { EXAMPLE_ROLES } from "../../run/examples.ts";
import type { ReportRun } from "../parts/report_run.ts";
import type { Section } from "../parts/section.ts";

/** Where a classifier looks. */
export function gradCam({ examples }: ReportRun): Section | undefined {
  const figures = EXAMPLE_ROLES.flatMap((role) => {
    const { images, heat } = examples[role] ?? {};
    if (!images || !heat) return [];
    return [{
      name: `grad_cam_${role}`,
      alt: `${images.shape[0]} images above their Grad-CAM heat maps`,
      caption: "Above: the images. Below: Grad-CAM (Selvaraju et al., 2017), the parts of each " +
        "image that raise the score of its predicted class, black (none) to white (most).",
      plot: () => imageRows([images, heatOverlay(images, heat)]),
    }];
  });
  if (figures.length === 0) return undefined;
  return { title: "Grad-CAM", layout: figures.length > 1 ? "two" : "one", body: figures };
}
