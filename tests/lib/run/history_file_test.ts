import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { formatHistory, readHistory } from "../../../lib/run/history_file.ts";
import { InputError } from "../../../lib/input_error.ts";
import { openContents, RUN_FILES } from "../../../lib/run/run_folder.ts";
import { tinyRun } from "../../tiny_run.ts";

async function read(text: string) {
  const files = { [RUN_FILES.history]: new TextEncoder().encode(text) };
  return await readHistory(await openContents("run", { ...tinyRun(), files }));
}

Deno.test("readHistory() throws for a table that is none", async () => {
  for (const text of ["epoch,phase,loss\n1,elbo\n", 'epoch,phase\n1,"elbo\n', ""]) {
    await assertRejects(() => read(text), InputError, 'Cannot read "run/history.csv": ');
  }
});

Deno.test("readHistory() reads the columns that formatHistory() wrote, whatever they are", async () => {
  const rows: ({ epoch: number; phase: string } & Record<string, unknown>)[] = [
    { epoch: 1, phase: "elbo", loss: 150.5, learningRate: 0.001 },
    { epoch: 2, phase: "clusters", loss: -1e-7, valLoss: 3, toString: 4 },
  ];
  const text = formatHistory(rows);
  assertEquals(text.split("\r\n").slice(0, 2), [
    "epoch,phase,loss,learningRate,valLoss,toString",
    "1,elbo,150.5,0.001,,",
  ]);
  assertEquals(
    await read(text),
    rows.map(({ epoch, phase, ...values }) => ({
      epoch,
      phase,
      values: new Map(Object.entries(values) as [string, number][]),
    })),
  );
});

Deno.test("formatHistory() and readHistory() throw where a value is not finite", async () => {
  const rows = [{ epoch: 1, phase: "a", loss: NaN }];
  assertThrows(() => formatHistory(rows), InputError, "loss of epoch 1 is NaN, a finite number");
  assertThrows(() => formatHistory([{ epoch: 2, phase: "a" }]), InputError, "epochs 1, 2, …");
  const cases = [
    ["epoch,phase\n", "it has no row"],
    ["epoch,loss\n1,2\n", 'it has no column "phase"'],
    ["epoch,phase,loss\n1,a,many\n", 'loss of epoch 1 is "many", a finite number is needed'],
    ["epoch,phase\n1,a\n3,a\n", "its row 2 is of epoch 3"],
  ];
  for (const [text, message] of cases) {
    await assertRejects(() => read(text), InputError, message);
  }
});
