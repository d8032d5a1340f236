/** The official files of a dataset. */
export interface DataSource {
  readonly description: string;
  /** The folder of a server that has them. */
  readonly url: string;
  /** The SHA-256 of each file by its name. */
  readonly files: Readonly<Record<string, string>>;
}

/** The folder of a dataset's files, below the current one. */
export function dataFolder(name: string): string {
  return `data/${name}`;
}

/** What `deno task data` downloads: to add a dataset, add a line here and in `named_datasets.ts`. */
export const DATA_SOURCES: Readonly<Record<string, DataSource>> = {
  "fashion-mnist": {
    description: "pieces of clothing, 28x28 grey, 31 MB",
    url: "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    files: {
      "train-images-idx3-ubyte.gz":
        "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
      "train-labels-idx1-ubyte.gz":
        "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
      "t10k-images-idx3-ubyte.gz":
        "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
      "t10k-labels-idx1-ubyte.gz":
        "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
    },
  },
  cifar10: {
    description: "ten classes of things and animals, 32x32 colour, 170 MB",
    url: "https://www.cs.toronto.edu/~kriz/",
    files: {
      "cifar-10-binary.tar.gz": "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
    },
  },
};
