import { util } from "@tensorflow/tfjs-core";
import { onnxDataType } from "../../../lib/onnx/mod.ts";
import { constant, op, type Source } from "../recording/operation.ts";
import { type Recorded, recorded, type RuleTable } from "../recording/recorded.ts";
import { as } from "./dtype.ts";
import { reshape, slice } from "./shape.ts";

/**
 * Places in a batch of images, `[count, height, width]` or what broadcasts to it. In float64, as in
 * TensorFlow.js: in float32 a place at the very border may fall outside.
 */
interface Places {
  /** Which image. */
  readonly batch: Source;
  readonly y: Source;
  readonly x: Source;
}

type Method = "bilinear" | "nearest";

function float64(x: Source | number[]): Source {
  const source = Array.isArray(x) ? constant("float32", [x.length], x) : x;
  return op.Cast(source, { to: onnxDataType("float64") });
}

function number(value: number): Source {
  return float64(constant("float32", [], [value]));
}

function int64(x: Source): Source {
  return op.Cast(x, { to: onnxDataType("int64") });
}

/** 0 <= x <= last */
function isWithin(x: Source, last: number): Source {
  return op.And(op.GreaterOrEqual(x, number(0)), op.LessOrEqual(x, number(last)));
}

/** Adds an axis for the channels. */
function perChannel(x: Source): Source {
  return op.Unsqueeze(x, [3]);
}

/** The pixels at whole places, `fill` outside: `[count, height, width, channels]`. */
function read(image: Recorded, { batch, y, x }: Places, fill: number): Source {
  const [images, height, width, channels] = image.shape;
  const within = (value: Source, size: number) =>
    int64(op.Clip(value, number(0), number(size - 1)));
  const row = op.Add(op.Mul(within(batch, images), int64(number(height))), within(y, height));
  const index = op.Add(op.Mul(row, int64(number(width))), within(x, width));
  const pixels = reshape(as(image, "float32"), [images * height * width, channels]);
  const isInside = op.And(isWithin(y, height - 1), isWithin(x, width - 1));
  return op.Where(perChannel(isInside), op.Gather(pixels.source, index), fill);
}

/** The image between its pixels: the nearest, or a mean of four by their distance. */
function sample(
  image: Recorded,
  places: Places,
  { method, fill }: { method: Method; fill: number },
) {
  const { batch, y, x } = places;
  if (method === "nearest") {
    // As in JavaScript, halves are rounded up.
    const round = (value: Source) => op.Floor(op.Add(value, number(0.5)));
    return read(image, { batch, y: round(y), x: round(x) }, fill);
  }
  const [top, left] = [op.Floor(y), op.Floor(x)];
  const [bottom, right] = [op.Add(top, number(1)), op.Add(left, number(1))];
  const weight = (value: Source, from: Source) =>
    op.Cast(perChannel(op.Sub(value, from)), { to: onnxDataType("float32") });
  const mix = (a: Source, b: Source, share: Source) =>
    op.Add(op.Mul(a, op.Sub(1, share)), op.Mul(b, share));
  const across = (row: Source) =>
    mix(
      read(image, { batch, y: row, x: left }, fill),
      read(image, { batch, y: row, x: right }, fill),
      weight(x, left),
    );
  return mix(across(top), across(bottom), weight(y, top));
}

/** Where a place outside `size` pixels is found inside. */
function wrapped(place: Source, size: number, mode: string): Source {
  const clamped = (value: Source) => op.Clip(value, number(0), number(size - 1));
  if (mode === "constant") return place;
  if (mode === "nearest" || size <= 1) return clamped(place);
  const period = number(mode === "reflect" ? 2 * size : size - 1);
  const turns = op.Floor(op.Div(op.Abs(place), period));
  const isBefore = op.Less(place, number(0));
  if (mode === "wrap") {
    const before = op.Add(place, op.Mul(number(size), op.Add(turns, number(1))));
    const after = op.Sub(place, op.Mul(number(size), turns));
    const isAfter = op.Greater(place, number(size - 1));
    return clamped(op.Where(isBefore, before, op.Where(isAfter, after, place)));
  }
  // [a b c] goes on as [c b a | a b c | c b a].
  const distance = op.Sub(op.Abs(place), op.Mul(period, turns));
  const mirrored = op.Sub(op.Sub(period, distance), number(1));
  const after = op.Where(op.GreaterOrEqual(distance, number(size)), mirrored, distance);
  const before = op.Where(
    op.Greater(distance, number(size)),
    op.Sub(period, distance),
    op.Sub(distance, number(1)),
  );
  return clamped(op.Where(isBefore, before, after));
}

/** Kernels that read images at places that tensors give. */
export const samplings: RuleTable = {
  // Boxes [y1, x1, y2, x2] in units of the image, each resampled to `cropSize`.
  CropAndResize: ({ image, boxes, boxInd }, { cropSize, method, extrapolationValue }) => {
    const [count, size] = [boxes.shape[0], image.shape.slice(1, 3)];
    const corner = (i: number) => float64(slice(boxes, [0, i], [count, 1]).source);
    const along = (axis: 0 | 1): Source => {
      const [start, end, last] = [corner(axis), corner(axis + 2), number(size[axis] - 1)];
      const steps = cropSize[axis] - 1;
      if (steps === 0) return op.Mul(op.Mul(op.Add(start, end), last), number(0.5));
      const step = op.Div(op.Mul(op.Sub(end, start), last), number(steps));
      const numbers = float64(Array.from({ length: steps + 1 }, (_, i) => i));
      return op.Add(op.Mul(start, last), op.Mul(numbers, step));
    };
    const places = {
      batch: float64(reshape(boxInd, [count, 1, 1]).source),
      y: op.Unsqueeze(along(0), [2]),
      x: op.Unsqueeze(along(1), [1]),
    };
    const pixels = sample(image, places, { method, fill: extrapolationValue });
    const isInside = op.And(isWithin(places.y, size[0] - 1), isWithin(places.x, size[1] - 1));
    const cropped = op.Where(perChannel(isInside), pixels, extrapolationValue);
    // A box of an image that does not exist is black.
    const exists = op.Less(places.batch, number(image.shape[0]));
    const source = op.Where(perChannel(exists), cropped, 0);
    return recorded(source, [count, ...cropSize, image.shape[3]]);
  },
  // Out of place (x, y): in of ((a0 x + a1 y + a2) / k, (b0 x + b1 y + b2) / k) with
  // k = c0 x + c1 y + 1.
  Transform: (
    { image, transforms },
    { interpolation, fillMode, fillValue, outputShape },
  ) => {
    const [count, height, width, channels] = image.shape;
    const [outHeight, outWidth] = outputShape ?? [height, width];
    const numbers = (length: number) => float64(Array.from({ length }, (_, i) => i));
    const outY = op.Unsqueeze(numbers(outHeight), [1]);
    const outX = numbers(outWidth);
    const rows = transforms.shape[0];
    const coefficient = (i: number) =>
      float64(reshape(slice(transforms, [0, i], [rows, 1]), [rows, 1, 1]).source);
    const linear = (i: number, offset: Source) =>
      op.Add(op.Add(op.Mul(coefficient(i), outX), op.Mul(coefficient(i + 1), outY)), offset);
    const projection = linear(6, number(1));
    const isInfinite = op.Equal(projection, number(0));
    const divisor = op.Where(isInfinite, number(1), projection);
    const places = {
      batch: op.Unsqueeze(numbers(count), [1, 2]),
      y: wrapped(op.Div(linear(3, coefficient(5)), divisor), height, fillMode),
      x: wrapped(op.Div(linear(0, coefficient(2)), divisor), width, fillMode),
    };
    const pixels = sample(image, places, { method: interpolation, fill: fillValue });
    const source = op.Where(perChannel(isInfinite), fillValue, pixels);
    util.assert(rows === 1 || rows === count, () => `Cannot transform ${count} images by ${rows}`);
    return as(recorded(source, [count, outHeight, outWidth, channels]), image.dtype);
  },
};
