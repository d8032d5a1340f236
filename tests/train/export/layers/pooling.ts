import * as tfl from "@tensorflow/tfjs-layers";
import { cases, type LayerCase } from "./case.ts";

const { layers } = tfl;

const ONE_AXIS = [
  "averagePooling1d",
  "avgPool1d",
  "avgPooling1d",
  "maxPool1d",
  "maxPooling1d",
] as const;

const TWO_AXES = [
  "averagePooling2d",
  "avgPool2d",
  "avgPooling2d",
  "maxPool2d",
  "maxPooling2d",
] as const;

const THREE_AXES = ["averagePooling3d", "avgPool3d", "avgPooling3d", "maxPooling3d"] as const;

const ALL_OF_TWO = [
  "globalAveragePooling2d",
  "globalMaxPool2d",
  "globalMaxPooling2d",
] as const;

/** Pooling, under all names that it has. */
export const pooling: readonly LayerCase[] = [
  ...cases([9, 3], [
    ...ONE_AXIS.map((name) => [name, () => layers[name]({ poolSize: 2 })] as const),
    ...ONE_AXIS.map((name) =>
      [
        name,
        () => layers[name]({ poolSize: 3, strides: 2, padding: "same" }),
        "same, stride 2",
      ] as const
    ),
    ["globalAveragePooling1d", () => layers.globalAveragePooling1d()],
    ["globalMaxPool1d", () => layers.globalMaxPool1d()],
    ["globalMaxPooling1d", () => layers.globalMaxPooling1d()],
  ]),
  ...cases([8, 7, 3], [
    ...TWO_AXES.map((name) => [name, () => layers[name]({ poolSize: 2 })] as const),
    ...TWO_AXES.map((name) =>
      [
        name,
        () => layers[name]({ poolSize: [3, 2], strides: 2, padding: "same" }),
        "same, stride 2",
      ] as const
    ),
    ...ALL_OF_TWO.map((name) => [name, () => layers[name]({})] as const),
  ]),
  ...cases([3, 8, 7], [
    [
      "maxPooling2d",
      () => layers.maxPooling2d({ poolSize: 2, dataFormat: "channelsFirst" }),
      "channels first",
    ],
    [
      "globalAveragePooling2d",
      () => layers.globalAveragePooling2d({ dataFormat: "channelsFirst" }),
      "channels first",
    ],
  ]),
  ...cases([5, 6, 4, 2], [
    ...THREE_AXES.map((name) => [name, () => layers[name]({ poolSize: 2 })] as const),
    ...THREE_AXES.map((name) =>
      [
        name,
        () => layers[name]({ poolSize: 3, strides: 2, padding: "same" }),
        "same, stride 2",
      ] as const
    ),
  ]),
];
