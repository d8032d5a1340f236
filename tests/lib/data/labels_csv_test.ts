import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import {
  formatLabelsCsv,
  type ImageLabel,
  parseLabelsCsv,
  readLabelled,
} from "../../../lib/data/labels_csv.ts";
import { InputError } from "../../../lib/input_error.ts";

const LABELS: ImageLabel[] = [
  { file: "a, b.png", label: 'said "cat"', by: "person" },
  { file: "c.png", by: "person" },
  { file: "=d.png", label: "'-x", by: "propagated" },
  { file: "ä\n.png", label: "1", by: "person" },
];

Deno.test("parseLabelsCsv() reads what formatLabelsCsv() writes, which no spreadsheet runs", () => {
  const text = formatLabelsCsv(LABELS);
  assertEquals(parseLabelsCsv(text, "x"), LABELS);
  assertEquals(text.split("\r\n").slice(0, 3), [
    "File,Label,By",
    '"a, b.png","said ""cat""",person',
    "c.png,,person",
  ]);
  assertEquals(/(^|,)[=+\-@]/m.test(text), false);
});

Deno.test("parseLabelsCsv() reads what classify writes: a person chose to use it", () => {
  assertEquals(parseLabelsCsv("File,Predicted_Label,Probability_1\na.png,1,.5\n", "x"), [
    { file: "a.png", label: "1", by: "person" },
  ]);
});

Deno.test("parseLabelsCsv() throws if the text is no table of labels", () => {
  const wrong = {
    "": "its first line is ",
    "Name,Label\na,b\n": 'its first line is "Name", "Label"',
    "File,Label\na\n": "it is no table",
    "File,Label,By\na,b,robot\n": 'line 2 was decided by "robot"',
    "File,Label\na,1\na,2\n": '"a" is in it twice',
  };
  for (const [text, message] of Object.entries(wrong)) {
    assertThrows(() => parseLabelsCsv(text, "my.csv"), InputError, `"my.csv": ${message}`);
  }
});

Deno.test("readLabelled() takes the images that a person labelled, and no others", async () => {
  const path = await Deno.makeTempFile();
  const train = {
    images: ndarray("uint8", [3, 1, 1, 1], Uint8Array.of(10, 11, 12)),
    fileNames: ["x.png", "y.png", "z.png"],
    white: 255,
    warnings: [],
  };
  const read = async (labels: ImageLabel[], given: Parameters<typeof readLabelled>[1] = train) => {
    await Deno.writeTextFile(path, formatLabelsCsv(labels));
    return await readLabelled(path, given, { train: "photos" });
  };
  const rows: ImageLabel[] = [
    { file: "z.png", label: "cat", by: "person" },
    { file: "x.png", label: "ant", by: "person" },
    { file: "y.png", label: "cat", by: "propagated" },
  ];
  const found = await read(rows);
  assertEquals([...found.images.data], [12, 10]);
  assertEquals([...found.labels!], [1, 0]);
  assertEquals(found.classNames, ["ant", "cat"]);
  await assertRejects(() => read(rows.slice(2)), InputError, "no label that a person gave");
  await assertRejects(
    () => read([{ file: "w.png", label: "cat", by: "person" }]),
    InputError,
    '"w.png" are not among the images of "photos", such as "x.png"',
  );
  const { fileNames: _, ...numbered } = train;
  const second = await read([{ file: "1", label: "7", by: "person" }], numbered);
  assertEquals([...second.images.data], [11]);
  assertEquals([...second.labels!], [7]);
  await Deno.remove(path);
});
