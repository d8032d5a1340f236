import { assertEquals } from "@std/assert";
import {
  formatBar,
  formatDone,
  formatDuration,
  formatNumber,
  Progress,
  type ProgressStream,
} from "../../../lib/command/progress.ts";

const state = {
  label: "epoch 3/20",
  unit: "images",
  done: 3000,
  total: 12_000,
  seconds: 0.5,
  values: { loss: 123.4567 },
};

/** A stream that remembers what was written. */
class Notes implements ProgressStream {
  text = "";
  constructor(readonly terminal: boolean) {}
  writeSync(bytes: Uint8Array): number {
    this.text += new TextDecoder().decode(bytes);
    return bytes.length;
  }
  isTerminal(): boolean {
    return this.terminal;
  }
}

Deno.test("formatBar() shows share, loss, rate and time left", () => {
  assertEquals(
    formatBar(state),
    "epoch 3/20 [======>                 ]  25% loss 123.5 6000 images/s 1.5s left",
  );
  assertEquals(
    formatBar({ ...state, done: 12_000 }),
    "epoch 3/20 [========================] 100% loss 123.5 24000 images/s 0ms left",
  );
});

Deno.test("formatBar() counts only what was done here for the rate", () => {
  const resumed = formatBar({ unit: "steps", done: 900, doneHere: 100, total: 1000, seconds: 10 });
  assertEquals(resumed, "[======================> ]  90% 10 steps/s 10s left");
});

Deno.test("formatBar() does without a total, and without a rate at the start", () => {
  assertEquals(formatBar({ unit: "images", done: 50, seconds: 1 }), "50 images 50 images/s");
  assertEquals(
    formatBar({ unit: "images", done: 0, total: 10, seconds: 0 }),
    "[>                       ]   0%",
  );
});

Deno.test("formatDone() is one plain line", () => {
  assertEquals(formatDone(state), "epoch 3/20 loss 123.5 6000 images/s 500ms");
});

Deno.test("formatDuration() rounds before it chooses the unit", () => {
  const table: [number, string][] = [
    [0, "0ms"],
    [0.0404, "40ms"],
    [0.9996, "1.0s"],
    [9.94, "9.9s"],
    [9.96, "10s"],
    [59.6, "1m00s"],
    [65, "1m05s"],
    [3599.6, "1h00m"],
    [7380, "2h03m"],
  ];
  for (const [seconds, text] of table) assertEquals(formatDuration(seconds), text);
});

Deno.test("formatNumber() keeps 4 digits", () => {
  const table: [number, string][] = [
    [123.4567, "123.5"],
    [12345.6, "12346"],
    [0.012345, "0.01235"],
    [0.00001234, "1.23e-5"],
    [-1.5, "-1.500"],
    [0, "0"],
    [NaN, "NaN"],
  ];
  for (const [value, text] of table) assertEquals(formatNumber(value), text);
});

Deno.test("Progress draws over its line on a terminal", () => {
  const notes = new Notes(true);
  const progress = new Progress(notes, 0);
  progress.update(state);
  progress.finish(state);
  const bar = formatBar(state).slice(0, 79);
  assertEquals(notes.text, `\r${bar}\x1b[K\r${formatDone(state)}\x1b[K\n`);
  notes.text = "";
  progress.clear();
  assertEquals(notes.text, "");
  progress.update(state);
  progress.clear();
  assertEquals(notes.text, `\r${bar}\x1b[K\r\x1b[K`);
});

Deno.test("Progress does not draw more often than its interval", () => {
  const notes = new Notes(true);
  const progress = new Progress(notes, 60_000);
  progress.update(state);
  const once = notes.text;
  progress.update({ ...state, done: 6000 });
  assertEquals(notes.text, once);
});

Deno.test("Progress writes only whole lines elsewhere", () => {
  const notes = new Notes(false);
  const progress = new Progress(notes, 0);
  progress.update(state);
  progress.clear();
  assertEquals(notes.text, "");
  progress.finish(state);
  progress.line("stopped early");
  assertEquals(notes.text, `${formatDone(state)}\nstopped early\n`);
});
