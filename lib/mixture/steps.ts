/** Long work in steps of a fraction of a second: it yields after each and returns the result. */
export type Steps<Result> = Generator<void, Result>;

/** Takes all steps at once. */
export function finish<Result>(steps: Steps<Result>): Result {
  while (true) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** Milliseconds of work between two turns of the event loop. */
const TURN = 30;

/**
 * Takes all steps and lets timers, signals and requests have their turn between them.
 *
 * @throws The reason of the signal once it is aborted.
 */
export async function finishInTurns<Result>(
  steps: Steps<Result>,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<Result> {
  let turn = performance.now();
  try {
    while (true) {
      signal?.throwIfAborted();
      const { done, value } = steps.next();
      if (done) return value;
      if (performance.now() - turn < TURN) continue;
      await new Promise((resolve) => setTimeout(resolve, 0));
      turn = performance.now();
    }
  } finally {
    steps.return(undefined as Result); // what they hold is freed if they are not at their end
  }
}
