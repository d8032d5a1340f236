/// <reference lib="dom" />
import { openModels } from "./engines.ts";
import type { ModelRequest, WorkerMessage } from "./models.ts";

const worker = self as unknown as {
  postMessage(message: WorkerMessage, transfer?: Transferable[]): void;
  onmessage: ((event: MessageEvent<ModelRequest>) => void) | null;
};

const opened = openModels();
opened.then(
  ({ engine }) => worker.postMessage({ engine }),
  (error) => worker.postMessage({ fault: String(error) }),
);

/** Ends when the last request is answered: on WebGPU two runs at a time would wait for ever. */
let last: Promise<void> = Promise.resolve();

worker.onmessage = ({ data }) => {
  last = last.then(() => answer(data));
};

async function answer({ id, model, data, shape }: ModelRequest): Promise<void> {
  try {
    const { run } = await opened;
    const output = await run(model, data, shape);
    const values = output.data.slice() as Float32Array<ArrayBuffer>;
    worker.postMessage({ id, data: values, shape: output.dims }, [values.buffer]);
  } catch (error) {
    worker.postMessage({ id, fault: String(error) });
  }
}
