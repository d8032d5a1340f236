import { constant, op, type Source } from "../recording/operation.ts";
import {
  type Attrs,
  type Recorded,
  recorded,
  type Rule,
  type RuleTable,
} from "../recording/recorded.ts";
import { as } from "./dtype.ts";
import { channelsFirst, restore } from "./layout.ts";
import { hasFreeWindows } from "./window.ts";

/** Where the places along an axis come from when it is resized. */
interface Axis {
  readonly from: number;
  readonly to: number;
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
}

function axesOf(
  [, height, width]: readonly number[],
  [newHeight, newWidth]: readonly number[],
  { alignCorners = false, halfPixelCenters = false }: Attrs,
): [Axis, Axis] {
  return [
    { from: height, to: newHeight, alignCorners, halfPixelCenters },
    { from: width, to: newWidth, alignCorners, halfPixelCenters },
  ];
}

/** The distance in the old axis between neighbours in the new one. */
function step({ from, to, alignCorners }: Axis): number {
  return alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to;
}

/** For each new place, the old place nearest to it as TensorFlow.js rounds. */
function nearest(axis: Axis): number[] {
  const round = axis.alignCorners ? Math.round : Math.floor;
  return Array.from({ length: axis.to }, (_, i) => {
    const place = step(axis) * (axis.halfPixelCenters ? i + 0.5 : i);
    return Math.min(axis.from - 1, round(place));
  });
}

/** For each new place, where it lies between old ones. */
function between(axis: Axis): number[] {
  return Array.from({ length: axis.to }, (_, i) => {
    const place = axis.halfPixelCenters ? step(axis) * (i + 0.5) - 0.5 : step(axis) * i;
    return Math.min(axis.from - 1, Math.max(0, place));
  });
}

/** `[from, to]`: the share of each new place that each old place gets back from it. */
function shares({ from, to }: Axis, places: readonly number[]): Source {
  const values = Array.from({ length: from * to }, (_, i) => {
    const distance = Math.abs(places[i % to] - Math.floor(i / to));
    return Math.max(0, 1 - distance);
  });
  return constant("float32", [from, to], values);
}

/** sum over new rows i and columns j of dy[i, j] times the share of each in an old row and column. */
function gather(
  dy: Recorded,
  images: Recorded,
  places: (axis: Axis) => number[],
  attrs: Attrs,
): Recorded {
  const [batch, height, width, channels] = images.shape;
  const [, newHeight, newWidth] = dy.shape;
  const axes = axesOf(images.shape, [newHeight, newWidth], attrs);
  const [rows, columns] = axes.map((axis) => shares(axis, places(axis)));
  const flat = op.Reshape(dy.source, [batch, newHeight, newWidth * channels]);
  const high = op.MatMul(rows, flat);
  const dx = op.MatMul(columns, op.Reshape(high, [batch, height, newWidth, channels]));
  return recorded(dx, [batch, height, width, channels]);
}

/** ONNX's Resize of the two axes between batch and channels. */
function resize(images: Recorded, [height, width]: readonly number[], attributes: Attrs): Source {
  const [batch, from, across, channels] = images.shape;
  const x = channelsFirst(images, "NHWC");
  // Of images of any size the factor is known, not the size.
  const isByFactor = hasFreeWindows() && height % from === 0 && width % across === 0;
  const y = isByFactor
    ? op.Resize(
      x,
      null,
      constant("float32", [4], [1, 1, height / from, width / across]),
      attributes,
    )
    : op.Resize(x, null, null, [batch, channels, height, width], attributes);
  return restore(y, "NHWC", 4);
}

function gradientRule(places: (axis: Axis) => number[]): Rule {
  // TensorFlow.js's gradients know of no half-pixel centres, whatever the forward pass did.
  return ({ images, dy }, { alignCorners }) => gather(dy, images, places, { alignCorners });
}

/** Resizing of images by interpolation. */
export const resizes: RuleTable = {
  // The four neighbours, weighted by how near they are.
  ResizeBilinear: ({ images }, { size, alignCorners, halfPixelCenters }) => {
    const [batch, , , channels] = images.shape;
    const y = resize(as(images, "float32"), size, {
      mode: "linear",
      coordinate_transformation_mode: alignCorners
        ? "align_corners"
        : halfPixelCenters
        ? "half_pixel"
        : "asymmetric",
    });
    return recorded(y, [batch, ...size, channels]);
  },
  // The nearest neighbour. In ONNX the division that finds it may round the other way, except
  // where each row and column is repeated as often as any.
  ResizeNearestNeighbor: ({ images }, { size, ...attrs }) => {
    const [batch, , , channels] = images.shape;
    const axes = axesOf(images.shape, size, attrs);
    const isRepeated = !attrs.alignCorners && axes.every(({ from, to }) => to % from === 0);
    const y = isRepeated
      ? resize(images, size, {
        mode: "nearest",
        coordinate_transformation_mode: "asymmetric",
        nearest_mode: "floor",
      })
      : axes.reduce(
        (source, axis, i) => op.Gather(source, nearest(axis), { axis: i + 1 }),
        images.source,
      );
    return recorded(y, [batch, ...size, channels], images.dtype);
  },
  ResizeBilinearGrad: gradientRule(between),
  ResizeNearestNeighborGrad: gradientRule(nearest),
};
