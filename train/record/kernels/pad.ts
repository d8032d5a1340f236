import { backend_util, util } from "@tensorflow/tfjs-core";
import { op, type Source } from "../recording/operation.ts";
import { type Recorded, recorded, type RuleTable } from "../recording/recorded.ts";
import { as, numeric, scalar } from "./dtype.ts";
import { reshape, slice, transpose } from "./shape.ts";

/** What is added before and after each axis. */
type Paddings = readonly (readonly [number, number])[];

function paddedShape(x: Recorded, paddings: Paddings): number[] {
  return x.shape.map((size, axis) => paddings[axis][0] + size + paddings[axis][1]);
}

/** x with a constant around it. */
export function pad(x: Recorded, paddings: Paddings, value: number): Recorded {
  if (paddings.every(([before, after]) => before === 0 && after === 0)) return x;
  const pads = [...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)];
  const dtype = x.dtype === "bool" ? "int32" : x.dtype;
  const source = op.Pad(numeric(x), pads, scalar(value, dtype), { mode: "constant" });
  return as(recorded(source, paddedShape(x, paddings), dtype), x.dtype);
}

/** Where each place along a mirrored axis comes from; `edge` is 1 to repeat the border itself. */
function mirrorIndices(size: number, [before, after]: readonly [number, number], edge: number) {
  return Array.from({ length: before + size + after }, (_, i) => {
    const place = i - before;
    if (place < 0) return -place - edge;
    return place < size ? place : 2 * (size - 1) - place + edge;
  });
}

/** Kernels that frame a tensor, or trade space for batch or depth. */
export const pads: RuleTable = {
  PadV2: ({ x }, { paddings, constantValue }) => pad(x, paddings, constantValue),
  // Each axis gathered by index: ONNX knows `reflect` alone, not `symmetric`.
  MirrorPad: ({ x }, { paddings, mode }: { paddings: Paddings; mode: string }) => {
    const edge = mode === "reflect" ? 0 : 1;
    const source = paddings.reduce((source: Source, padding, axis) => {
      if (padding[0] === 0 && padding[1] === 0) return source;
      return op.Gather(source, mirrorIndices(x.shape[axis], padding, edge), { axis });
    }, x.source);
    return recorded(source, paddedShape(x, paddings), x.dtype);
  },
  // Pads, splits each axis in blocks, and moves the places within a block to the batch.
  SpaceToBatchND: ({ x }, { blockShape, paddings }) => {
    const count = util.sizeFromShape(blockShape);
    const rest = x.shape.slice(1 + blockShape.length).map((): [number, number] => [0, 0]);
    const padded = pad(x, [[0, 0], ...paddings, ...rest], 0);
    const shape = [...padded.shape];
    const split = reshape(padded, backend_util.getReshaped(shape, blockShape, count, false));
    const perm = backend_util.getPermuted(split.shape.length, blockShape.length, false);
    const flat = backend_util.getReshapedPermuted(shape, blockShape, count, false);
    return reshape(transpose(split, perm), flat);
  },
  // The way back, cropped.
  BatchToSpaceND: ({ x }, { blockShape, crops }) => {
    const count = util.sizeFromShape(blockShape);
    const shape = [...x.shape];
    const split = reshape(x, backend_util.getReshaped(shape, blockShape, count));
    const perm = backend_util.getPermuted(split.shape.length, blockShape.length);
    const flat = backend_util.getReshapedPermuted(shape, blockShape, count);
    const begin = backend_util.getSliceBeginCoords(crops, blockShape.length);
    const size = backend_util.getSliceSize(flat, crops, blockShape.length);
    return slice(reshape(transpose(split, perm), flat), begin, size);
  },
  // Depth holds blocks: [batch, height * block, width * block, depth / block^2]
  DepthToSpace: ({ x }, { blockSize: block, dataFormat }) => {
    const isChannelsLast = dataFormat === "NHWC";
    const [batch, ...sizes] = x.shape;
    const [height, width] = isChannelsLast ? sizes : sizes.slice(1);
    const depth = (isChannelsLast ? sizes[2] : sizes[0]) / block ** 2;
    if (isChannelsLast) {
      const split = reshape(x, [batch, height, width, block, block, depth]);
      const flat = [batch, height * block, width * block, depth];
      return reshape(transpose(split, [0, 1, 3, 2, 4, 5]), flat);
    }
    const split = reshape(x, [batch, block, block, depth, height, width]);
    const flat = [batch, depth, height * block, width * block];
    return reshape(transpose(split, [0, 3, 4, 1, 5, 2]), flat);
  },
};
