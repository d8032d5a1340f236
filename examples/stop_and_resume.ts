// A training that is stopped by an AbortSignal, and goes on where it was.
import { trainRun } from "@glimpse/glimpse";

const [train = "photos", out = "runs/resumed"] = Deno.args;
const options = { train, out, model: "autoencoder", epochs: 12, batchSize: 16 } as const;
const stop = new AbortController();
try {
  await trainRun(options, {
    signal: stop.signal,
    onEpochEnd: ({ epoch }) => epoch === 4 && stop.abort(new Error("stopped by the user")),
  });
} catch (error) {
  console.log((error as Error).message);
}

const { trained } = await trainRun({ ...options, resume: true }, {
  onMessage: (line) => /^going on/.test(line) && console.log(line),
});
console.log(`${trained.history.length} epochs in all`);
