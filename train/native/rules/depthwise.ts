import { sizeOf } from "../../../lib/array/ndarray.ts";
import type { Builder } from "../program/builder.ts";
import { PARTS, type View } from "../program/ir.ts";
import { addedUp, framedInput, type Images, windowAt } from "./images.ts";
import { bytesOf, frame, placesOf } from "./window.ts";

/** What the loops over places and channels of a depthwise convolution are written from. */
function loopsOf(images: Images) {
  const { window: { outSizes, inSizes, kernel }, channels, outChannels } = images;
  const { frame: input, at } = framedInput(images);
  const steps = placesOf(kernel).map((step) => at([0, 0, 0], step));
  return {
    input,
    steps,
    /** Opens a loop over the places of the result; `x` and `y` are the channels there. */
    open: (x: string, y: string) =>
      `for (long p = 0; p < ${sizeOf(outSizes)}; p++) {
  ${x} + ${windowAt(images, "p")};
  ${y} + p * ${channels * outChannels};`,
    /** A statement for each channel, in vector code where each has one filter. */
    channel: (statement: (x: string, y: string) => string) =>
      outChannels === 1
        ? `#pragma omp simd
  for (long c = 0; c < ${channels}; c++) ${statement("c", "c")}`
        : `for (long c = 0; c < ${channels}; c++)
  for (long m = 0; m < ${outChannels}; m++) ${statement("c", `c * ${outChannels} + m`)}`,
    image: (x: string) =>
      frame("image", `${x} + n * ${sizeOf(inSizes) * channels}L`, input, {
        sizes: inSizes,
        channels,
      }),
    width: channels * outChannels,
    outSize: sizeOf(outSizes) * channels * outChannels,
    inSize: sizeOf(inSizes) * channels,
  };
}

/** y[n, p, c m] = sum over k of x[n, p stride + k dilation - pad, c] filter[k, c, m]. */
export function depthwise(b: Builder, x: View, filter: View, images: Images): View {
  const { window: { outSizes }, count } = images;
  const { input, steps, open, channel, image, width, outSize } = loopsOf(images);
  const terms = (x: string, y: string) =>
    steps.map((step, k) => `x[${x} + ${step}] * w[${y} + ${k * width}]`).join(" + ");
  const [result] = b.call({
    label: "depthwise",
    operands: [b.whole(x), b.whole(filter)],
    work: { rows: count },
    byRow: [true, false],
    scratch: bytesOf(input, images.channels),
    body: ({ operands: [x, w], results: [y] }) =>
      `const float *w = ${w};
for (long n = from; n < to; n++) {
  ${image(x)}
  ${open("const float *x = image", `float *y = ${y} + n * ${outSize}L`)}
  ${channel((x, y) => `y[${y}] = ${terms(x, y)};`)}
  }
}`,
  }, [{ shape: [count, ...outSizes, width] }]);
  return result;
}

/** dx[n, p stride + k dilation - pad, c] += sum over m of dy[n, p, c m] filter[k, c, m]. */
export function depthwiseInputGradient(b: Builder, dy: View, filter: View, images: Images): View {
  const { window: { inSizes }, count, channels } = images;
  const { input, steps, open, channel, width, outSize, inSize } = loopsOf(images);
  const [result] = b.call({
    label: "depthwise_back",
    operands: [b.whole(dy), b.whole(filter)],
    work: { rows: count },
    byRow: [true, false],
    scratch: bytesOf(input, channels),
    body: ({ operands: [dy, w], results: [dx] }) =>
      `const float *w = ${w};
float *sum = (float *)scratch;
for (long n = from; n < to; n++) {
${
        addedUp(
          images,
          `${dx} + n * ${inSize}L`,
          `${open("float *x = sum", `const float *y = ${dy} + n * ${outSize}L`)}
  ${
            steps.map((step, k) =>
              channel((x, y) => `x[${x} + ${step}] += y[${y}] * w[${y} + ${k * width}];`)
            ).join("\n  ")
          }
}`,
        )
      }
}`,
  }, [{ shape: [count, ...inSizes, channels] }]);
  return result;
}

/** dfilter[k, c, m] = sum over n, p of x[n, p stride + k dilation - pad, c] dy[n, p, c m], in parts. */
export function depthwiseFilterGradient(b: Builder, x: View, dy: View, images: Images): View {
  const { count, channels } = images;
  const { input, steps, open, channel, image, width, outSize } = loopsOf(images);
  const size = steps.length * width;
  const [parts] = b.call({
    label: "depthwise_filter",
    operands: [b.whole(x), b.whole(dy)],
    work: { rows: count },
    byRow: [true, true],
    inParts: true,
    scratch: bytesOf(input, channels),
    body: ({ operands: [x, dy], results: [dw] }) =>
      `float *w = ${dw} + task * ${size}L;
memset(w, 0, sizeof(float) * ${size});
for (long n = from; n < to; n++) {
  ${image(x)}
  ${open("const float *x = image", `const float *y = ${dy} + n * ${outSize}L`)}
  ${
        channel((x, y) =>
          `{ ${
            steps.map((step, k) => `w[${y} + ${k * width}] += x[${x} + ${step}] * y[${y}];`)
              .join(" ")
          } }`
        )
      }
  }
}`,
  }, [{ shape: [PARTS, size] }]);
  return b.addParts(parts);
}
