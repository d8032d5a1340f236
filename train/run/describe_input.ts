import type { Images } from "../../lib/data/mod.ts";
import type { TrainSystemOptions } from "./train_system_options.ts";

/**
 * What the ONNX files say of the images that they take, for whoever has files of other sizes, and of the
 * names of labels 0, 1, …; and what they shall say besides.
 */
export function describeInput(
  { shape: [, height, width, channels] }: Images,
  { classNames, metadata }: Pick<TrainSystemOptions, "classNames" | "metadata">,
): Record<string, string> {
  const colours = channels === 1 ? "grey" : channels === 3 ? "red, green, blue" : `${channels}`;
  return {
    image_shape: [height, width, channels].join(","),
    preprocessing:
      `resized to ${height}x${width}, a pixel the mean of the area that it covers; channels last: ` +
      `${colours}; transparent pixels on white; uint8 from 0 to 255, or float32 in [0, 1]`,
    ...classNames && { class_names: JSON.stringify(classNames) },
    ...metadata,
  };
}
