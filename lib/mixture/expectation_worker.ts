import { newBlock } from "./expectation.ts";
import { CLOSED, type SharedExpectation, STATE, takeParts } from "./expectation_threads.ts";

addEventListener("message", (event) => {
  const shared = (event as MessageEvent<SharedExpectation>).data;
  const block = newBlock(shared.density);
  for (let round; (round = Atomics.load(shared.state, STATE.round)) !== CLOSED;) {
    takeParts(shared, block);
    Atomics.wait(shared.state, STATE.round, round);
  }
});
