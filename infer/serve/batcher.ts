import { join, slice } from "../../lib/array/rows.ts";
import type { Images } from "../../lib/data/dataset.ts";
import type { Classified } from "../../lib/runtime/run_images.ts";

/** Options for {@linkcode Batcher}. */
export interface BatcherOptions {
  /** Images that a batch has at most, unless one request brings more. */
  maxBatch: number;
  /** How long the first image of a batch waits for others, in milliseconds. */
  delay: number;
  /** Images that may wait, unless one request that waits alone brings more. */
  maxWaiting: number;
  /** Told of each batch. */
  onBatch?: (images: number) => void;
}

/** More images wait than may. */
export class BusyError extends Error {}

interface Job {
  readonly images: Images;
  readonly resolve: (answer: Classified) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Classifies images of several requests together. One batch runs at a time; what comes meanwhile
 * makes the next one.
 */
export class Batcher {
  readonly #classify: (images: Images) => Promise<Classified>;
  readonly #options: BatcherOptions;
  readonly #jobs: Job[] = [];
  #waiting = 0;
  #isRunning = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(classify: (images: Images) => Promise<Classified>, options: BatcherOptions) {
    this.#classify = classify;
    this.#options = options;
  }

  /** Images that wait for their batch. */
  get waiting(): number {
    return this.#waiting;
  }

  /**
   * The predictions for the images of a request.
   *
   * @throws {BusyError} If too many images wait.
   */
  classify(images: Images): Promise<Classified> {
    const { maxBatch, delay, maxWaiting } = this.#options;
    const count = images.shape[0];
    if (this.#waiting > 0 && this.#waiting + count > maxWaiting) {
      return Promise.reject(
        new BusyError(`${this.#waiting} images wait, at most ${maxWaiting} may`),
      );
    }
    return new Promise((resolve, reject) => {
      this.#jobs.push({ images, resolve, reject });
      this.#waiting += count;
      if (this.#isRunning) return;
      if (this.#waiting >= maxBatch) this.#start();
      else this.#timer ??= setTimeout(() => this.#start(), delay);
    });
  }

  #start(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isRunning = true;
    this.#runAll();
  }

  async #runAll(): Promise<void> {
    while (this.#jobs.length > 0) {
      const jobs = this.#take();
      try {
        const images = jobs.length === 1 ? jobs[0].images : join(jobs.map(({ images }) => images));
        this.#options.onBatch?.(images.shape[0]);
        const answer = await this.#classify(images);
        let start = 0;
        for (const { images: { shape: [count] }, resolve } of jobs) {
          resolve(part(answer, start, start + count));
          start += count;
        }
      } catch (error) {
        for (const { reject } of jobs) reject(error);
      }
    }
    // At once: a request that comes with the answers must not take the batches for running.
    this.#isRunning = false;
  }

  /** The next jobs in order: of one element type, no more images than a batch has. */
  #take(): Job[] {
    const { dtype } = this.#jobs[0].images;
    let images = 0;
    const end = this.#jobs.findIndex((job) => {
      images += job.images.shape[0];
      return job.images.dtype !== dtype || images > this.#options.maxBatch;
    });
    const jobs = this.#jobs.splice(0, end === -1 ? this.#jobs.length : Math.max(1, end));
    for (const { images: { shape: [count] } } of jobs) this.#waiting -= count;
    return jobs;
  }
}

function part(answer: Classified, start: number, end: number): Classified {
  const { labels, probabilities, outlierScores } = answer;
  return {
    labels: labels.subarray(start, end),
    probabilities: slice(probabilities, start, end),
    ...outlierScores && { outlierScores: outlierScores.subarray(start, end) },
  };
}
