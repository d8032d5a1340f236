import { newBlock } from "./expectation.ts";
import { CLOSED, giveUp, type SharedExpectation, STATE, takeParts } from "./expectation_threads.ts";

addEventListener("message", (event) => {
  const shared = (event as MessageEvent<SharedExpectation>).data;
  const block = newBlock(shared.density);
  for (let round; (round = Atomics.load(shared.state, STATE.round)) !== CLOSED;) {
    try {
      takeParts(shared, block);
    } catch {
      return giveUp(shared); // where it is not this thread that is at fault, the main one says so
    }
    Atomics.wait(shared.state, STATE.round, round);
  }
});
