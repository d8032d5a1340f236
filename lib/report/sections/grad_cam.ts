import { slice } from "../../array/rows.ts";
import type { Images } from "../../data/dataset.ts";
import { heatOverlay } from "../../plot/heat_overlay.ts";
import { imageRows } from "../../plot/image_rows.ts";
import { EXAMPLE_ROLES } from "../../run/examples.ts";
import type { ReportRun } from "../parts/report_run.ts";
import type { Section } from "../parts/section.ts";

/** Images of a figure. */
const COLUMNS = 10;

/** Where a classifier looks. */
export function gradCam({ examples }: ReportRun): Section | undefined {
  const figures = EXAMPLE_ROLES.flatMap((role) => {
    const { images, heat } = examples[role] ?? {};
    if (!images || !heat) return [];
    const [count] = images.shape;
    return Array.from({ length: Math.ceil(count / COLUMNS) }, (_, i) => {
      const part = (all: Images) =>
        slice(all, i * COLUMNS, Math.min((i + 1) * COLUMNS, count)) as Images;
      return {
        name: `grad_cam_${role}${i === 0 ? "" : `_${i + 1}`}`,
        alt: `${part(images).shape[0]} images above their Grad-CAM heat maps`,
        caption: i > 0 ? "More of them." : "Above: images of each class. Below: Grad-CAM " +
          "(Selvaraju et al., 2017), the parts of each image that raise the score of its " +
          "predicted class, black (none) to white (most).",
        plot: () => imageRows([part(images), heatOverlay(part(images), part(heat))]),
      };
    });
  });
  if (figures.length === 0) return undefined;
  return { title: "Grad-CAM", layout: figures.length > 1 ? "two" : "one", body: figures };
}
