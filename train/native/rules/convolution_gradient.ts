import { sizeOf } from "../../../lib/array/ndarray.ts";
import type { Builder } from "../program/builder.ts";
import { PARTS, type View } from "../program/ir.ts";
import { addedUp, framedInput, type Images, pieces, windowAt } from "./images.ts";
import { transpose } from "./shape.ts";
import { bytesOf, frame, list, placesOf } from "./window.ts";

/** Bytes of images with margins, or of products, that are looked at together: they should stay near. */
const NEAR = 2 ** 18;

/** Products are computed with as many lanes as the widest vectors have, those beyond the last too. */
const LANES = 16;

/**
 * dx[n, p stride + k dilation - pad, c] += sum over o of dy[n, p, o] filter[k, c, o], which is also
 * transposed convolution: of some places the products with all of the filter, which are then added
 * where they belong.
 */
export function inputGradient(b: Builder, dy: View, filter: View, images: Images): View {
  const { window: { inSizes, outSizes, kernel }, count, channels, outChannels } = images;
  const { frame: input, at } = framedInput(images);
  const [places, inSize] = [sizeOf(outSizes), sizeOf(inSizes) * channels];
  const columns = sizeOf(kernel) * channels;
  const width = Math.ceil(columns / LANES) * LANES;
  const most = Math.min(places, Math.ceil(NEAR / (4 * width)));
  const turned = transpose(b.reshape(filter, [columns, outChannels]), [1, 0]);
  const [dx] = b.call({
    label: "convolution_back",
    operands: [b.whole(dy), b.whole(turned)],
    work: { rows: count },
    byRow: [true, false],
    scratch: bytesOf(input, channels) + 4 * most * width,
    body: ({ operands: [dy, w], results: [dx] }) =>
      `float *products = (float *)scratch, *sum = products + ${most * width};
${list("zero", [0])}
${list("start", [0], "long")}
const struct product p = { 1, zero, zero, ${outChannels}, ${outChannels}, 1, ${columns}, ${width}, 0 };
for (long n = from; n < to; n++) {
${
        addedUp(
          images,
          `${dx} + n * ${inSize}L`,
          `for (long first = 0; first < ${places}; first += ${most}) {
  const struct lines l = { 1, ${places} - first < ${most} ? ${places} - first : ${most}, start, start };
  slide(&p, &l, ${width}, ${dy} + (n * ${places} + first) * ${outChannels}, ${w}, products);
  for (long i = 0; i < l.places; i++) {
    float *x = sum + ${windowAt(images, "(first + i)")};
    const float *y = products + i * ${width};
    ${
            placesOf(kernel).map((step, k) =>
              `#pragma omp simd
    for (long c = 0; c < ${channels}; c++) x[c + ${at([0, 0, 0], step)}] += y[c + ${k * channels}];`
            ).join("\n    ")
          }
  }
}`,
        )
      }
}`,
  }, [{ shape: [count, ...inSizes, channels] }]);
  return dx;
}

/**
 * dfilter[k, c, o] = sum over n, p of x[n, p stride + k dilation - pad, c] dy[n, p, o], in parts. Some
 * images are summed over before the sum is put down.
 */
export function filterGradient(b: Builder, x: View, dy: View, images: Images): View {
  const { window: { outSizes, strides, inSizes, kernel }, count, channels, outChannels } = images;
  const { frame: input, at } = framedInput(images);
  const { steps, length } = pieces(images);
  const lines = placesOf([outSizes[0], outSizes[1], 1]);
  const size = sizeOf(kernel) * channels * outChannels;
  const [inSize, outSize] = [sizeOf(input.sizes) * channels, sizeOf(outSizes) * outChannels];
  const most = Math.ceil(count / PARTS);
  const together = Math.max(1, Math.min(most, Math.floor(NEAR / (4 * inSize))));
  const ofImages = (at: (line: number) => number, imageSize: number) =>
    Array.from({ length: together }, (_, i) => lines.map((_, line) => i * imageSize + at(line)))
      .flat();
  const [parts] = b.call({
    label: "filter_gradient",
    operands: [b.whole(x), b.whole(dy)],
    work: { rows: count },
    byRow: [true, true],
    inParts: true,
    scratch: together * 4 * inSize + 256,
    body: ({ operands: [x, dy], results: [dw] }) =>
      `${list("ta", ofImages((line) => at(lines[line], [0, 0, 0]), inSize))}
${list("tb", ofImages((line) => line * outSizes[2] * outChannels, outSize))}
${list("first", steps.map((step) => at([0, 0, 0], step) - at([0, 0, 0], [0, 0, 0])), "long")}
${list("result", steps.map((_, i) => i * length * outChannels), "long")}
struct product p = { 0, ta, tb, ${outSizes[2]}, 1, ${
        strides[2] * channels
      }, ${outChannels}, ${outChannels}, 1 };
const struct lines l = { ${steps.length}, ${length}, first, result };
float *part = ${dw} + task * ${size}L;
memset(part, 0, sizeof(float) * ${size});
for (long n = from; n < to; n += ${together}) {
  const long count = to - n < ${together} ? to - n : ${together};
  const float *framed = NULL;
  for (long i = count - 1; i >= 0; i--) {
    ${
        frame("image", `${x} + (n + i) * ${sizeOf(inSizes) * channels}L`, input, {
          sizes: inSizes,
          channels,
          to: `(float *)scratch + i * ${inSize}L`,
        })
      }
    framed = image;
  }
  p.taps = count * ${lines.length};
  slide(&p, &l, ${outChannels}, framed, ${dy} + n * ${outSize}L, part);
}`,
  }, [{ shape: [PARTS, size] }]);
  return b.addParts(parts);
}
