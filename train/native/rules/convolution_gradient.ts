import { sizeOf } from "../../../lib/array/ndarray.ts";
import type { Builder } from "../program/builder.ts";
import { PARTS, type View } from "../program/ir.ts";
import { framedInput, type Images, pieces } from "./images.ts";
import { transpose } from "./shape.ts";
import {
  bytesOf,
  each,
  frame,
  framed,
  list,
  placesOf,
  type Triple,
  type Window3,
} from "./window.ts";

/** The places of dx that are `phase` beyond a multiple of the stride, and the steps that reach them. */
function phaseOf({ kernel, strides, dilations, before, inSizes }: Window3, phase: Triple) {
  const offset = (axis: number, step: number) =>
    (phase[axis] + before[axis] - step * dilations[axis]) / strides[axis];
  const steps = placesOf(kernel).filter((step) =>
    step.every((value, axis) => Number.isInteger(offset(axis, value)))
  );
  return {
    phase,
    steps,
    /** The place of dy that a step reads, for the first place of the phase. */
    offsets: steps.map((step) => each(step, (axis) => offset(axis, step[axis]))),
    counts: each(
      phase,
      (axis) => Math.max(0, Math.ceil((inSizes[axis] - phase[axis]) / strides[axis])),
    ),
  };
}

/** Up to how many channels are few. */
const NARROW = 2;

/**
 * dx[n, p stride + k dilation - pad, c] += sum over o of dy[n, p, o] filter[k, c, o], which is also
 * transposed convolution: a convolution of dy for each phase of the stride, lanes being c.
 */
export function inputGradient(b: Builder, dy: View, filter: View, images: Images): View {
  const { window, count, channels, outChannels } = images;
  const { inSizes, outSizes, strides } = window;
  const phases = placesOf(strides).map((phase) => phaseOf(window, phase));
  const all = phases.flatMap(({ offsets, counts }) =>
    offsets.flatMap((offset) => [offset, each(offset, (axis) => offset[axis] + counts[axis] - 1)])
  );
  const before = each(outSizes, (axis) => Math.max(0, ...all.map((place) => -place[axis])));
  const after = each(
    outSizes,
    (axis) => Math.max(0, ...all.map((place) => place[axis] - outSizes[axis] + 1)),
  );
  const output = framed(outSizes, before, after, outChannels);
  const rank = filter.shape.length;
  const axes = filter.shape.map((_, axis) => axis).slice(0, -2);
  const turned = transpose(filter, [...axes, rank - 1, rank - 2]);
  const at = (place: Triple) => output.at(each(place, (axis) => place[axis] + before[axis]));
  const stepSize = channels * outChannels;
  // Of few channels lanes would be idle: there, they are of dy.
  const isNarrow = channels <= NARROW && outChannels >= 8;
  const [, rows, columns] = window.kernel;
  const [dx] = b.call({
    label: "convolution_back",
    operands: [b.whole(dy), b.whole(isNarrow ? filter : turned)],
    work: { rows: count },
    byRow: [true, false],
    scratch: bytesOf(output, outChannels),
    body: ({ operands: [dy, w], results: [dx] }) =>
      `for (long n = from; n < to; n++) {
  float *to_image = ${dx} + n * ${sizeOf(inSizes) * channels}L;
  ${
        frame("image", `${dy} + n * ${sizeOf(outSizes) * outChannels}L`, output, {
          sizes: outSizes,
          channels: outChannels,
        })
      }
${
        phases.map(({ phase, steps, offsets, counts }) => {
          const lines = placesOf([counts[0], counts[1], 1]);
          if (lines.length === 0 || counts[2] === 0) return "";
          const target = lines.map(([depth, row]) =>
            (((depth * strides[0] + phase[0]) * inSizes[1] + row * strides[1] + phase[1]) *
                inSizes[2] + phase[2]) * channels
          );
          return `  { /* phase ${phase} of the stride */
    ${list("ta", offsets.map(at))}
    ${
            list(
              "tb",
              steps.map(([d, r, c]) => ((d * rows + r) * columns + c) * stepSize),
            )
          }
    ${list("first", lines.map((place) => output.at(place)), "long")}
    ${list("result", target, "long")}
    const struct product p = { ${steps.length}, ta, tb, ${outChannels}, ${outChannels}, 1, ${channels}, ${
            strides[2] * channels
          }, 0 };
    const struct lines l = { ${lines.length}, ${counts[2]}, first, result };
    ${isNarrow ? "slide_narrow" : "slide"}(&p, &l, ${channels}, image, ${w}, to_image);
  }`;
        }).join("\n")
      }
}`,
  }, [{ shape: [count, ...inSizes, channels] }]);
  return dx;
}

/** Bytes of images with margins that are looked at together: they should stay near. */
const NEAR = 2 ** 18;

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
