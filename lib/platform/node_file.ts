import * as fs from "node:fs";

/** How a file is opened; to be read by default. */
export interface OpenOptions {
  write?: boolean;
  create?: boolean;
  createNew?: boolean;
  append?: boolean;
  truncate?: boolean;
}

function flagsOf({ write, create, createNew, append, truncate }: OpenOptions = {}): number {
  const { O_RDONLY, O_WRONLY, O_CREAT, O_EXCL, O_APPEND, O_TRUNC } = fs.constants;
  return (write || append ? O_WRONLY : O_RDONLY) | (create ? O_CREAT : 0) |
    (createNew ? O_CREAT | O_EXCL : 0) | (append ? O_APPEND : 0) | (truncate ? O_TRUNC : 0);
}

/** A file that is open on Node.js, with what is used of Deno's `FsFile`. */
export class OpenFile {
  readonly #file: number;
  #position = 0;
  #isOpen = true;

  constructor(path: string | URL, options?: OpenOptions) {
    this.#file = fs.openSync(path, flagsOf(options));
  }

  seek(offset: number): Promise<number> {
    return Promise.resolve(this.#position = offset);
  }

  read(into: Uint8Array): Promise<number | null> {
    return new Promise((resolve, reject) =>
      fs.read(this.#file, into, 0, into.length, this.#position, (error, count) => {
        if (error) return reject(error);
        this.#position += count;
        resolve(count === 0 && into.length > 0 ? null : count);
      })
    );
  }

  write(bytes: Uint8Array): Promise<number> {
    return new Promise((resolve, reject) =>
      fs.write(this.#file, bytes, 0, bytes.length, this.#position, (error, count) => {
        if (error) return reject(error);
        this.#position += count;
        resolve(count);
      })
    );
  }

  sync(): Promise<void> {
    return new Promise((resolve, reject) =>
      fs.fsync(this.#file, (error) => error ? reject(error) : resolve())
    );
  }

  syncSync(): void {
    fs.fsyncSync(this.#file);
  }

  tryLockSync(): boolean {
    throw new Error("Cannot lock a file: Node.js has no locks");
  }

  /** What is left to read; the file is closed at its end. */
  get readable(): ReadableStream<Uint8Array> {
    return new ReadableStream({
      pull: async (controller) => {
        const block = new Uint8Array(2 ** 16);
        const count = await this.read(block);
        if (count !== null) return controller.enqueue(block.subarray(0, count));
        this.close();
        controller.close();
      },
      cancel: () => this.close(),
    });
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    fs.closeSync(this.#file);
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
