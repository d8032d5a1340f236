import { backend_util } from "@tensorflow/tfjs-core";
import { constant, op } from "../recording/operation.ts";
import { recorded, type RuleTable } from "../recording/recorded.ts";

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

/** Turning of images. */
export const rotations: RuleTable = {
  // y[row, column] = image at the place turned by `radians` about the centre, rounded.
  RotateWithOffset: ({ image }, { radians, fillValue, center }) => {
    const [batch, height, width, channels] = image.shape;
    const [centerX, centerY] = backend_util.getImageCenter(center, height, width);
    const [sin, cos] = [Math.sin(radians), Math.cos(radians)];
    const places = range(height * width).map((i) => {
      const [x, y] = [i % width - centerX, Math.floor(i / width) - centerY];
      const column = Math.round(x * cos - y * sin + centerX);
      const row = Math.round(x * sin + y * cos + centerY);
      const isInside = column >= 0 && column < width && row >= 0 && row < height;
      return isInside ? row * width + column : -1;
    });
    const list = op.Reshape(image.source, [batch, height * width, channels]);
    const turned = op.Gather(list, places.map((place) => Math.max(0, place)), { axis: 1 });
    const inside = constant(
      "bool",
      [1, places.length, 1],
      places.map((place) => place < 0 ? 0 : 1),
    );
    // A list of colours leaves the fourth channel, opacity, full.
    const fill = range(channels).map((channel) =>
      typeof fillValue === "number" ? fillValue : channel === 3 ? 255 : fillValue[channel]
    );
    const y = op.Where(inside, turned, constant("float32", [1, 1, channels], fill));
    return recorded(op.Reshape(y, image.shape), image.shape);
  },
};
