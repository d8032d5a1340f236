import { Counter, Gauge, Histogram, Registry } from "prom-client";

/** What a server counts, in the text format of Prometheus. */
export class ServerMetrics {
  readonly #registry = new Registry();
  readonly #requests = new Counter({
    name: "glimpse_requests_total",
    help: "Answers to POST /classify by their status",
    labelNames: ["status"],
    registers: [this.#registry],
  });
  readonly #seconds = new Histogram({
    name: "glimpse_request_seconds",
    help: "From a request to its answer",
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers: [this.#registry],
  });
  readonly #batches = new Histogram({
    name: "glimpse_batch_images",
    help: "Images that were classified together",
    buckets: [1, 2, 4, 8, 16, 32, 64, 128],
    registers: [this.#registry],
  });

  /** @param waiting The images that wait now. */
  constructor(waiting: () => number) {
    new Gauge({
      name: "glimpse_waiting_images",
      help: "Images that wait for their batch",
      registers: [this.#registry],
      collect() {
        this.set(waiting());
      },
    });
  }

  answered(status: number, seconds: number): void {
    this.#requests.inc({ status });
    this.#seconds.observe(seconds);
  }

  batched(images: number): void {
    this.#batches.observe(images);
  }

  /** All of it, and the content type of that. */
  async text(): Promise<{ type: string; body: string }> {
    return { type: this.#registry.contentType, body: await this.#registry.metrics() };
  }
}
