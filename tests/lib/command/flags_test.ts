import { assertEquals, assertThrows } from "@std/assert";
import { formatFlags, optionDefaults, parseFlags } from "../../../lib/command/flags.ts";
import { Random } from "../../../lib/array/random.ts";
import { InputError } from "../../../lib/input_error.ts";

const command = {
  name: "train",
  description: "Train",
  positionals: { images: { description: "The images" }, more: { description: "", optional: true } },
  options: {
    epochs: { kind: "integer", description: "Passes", default: 20, min: 1, max: 1000 },
    learningRate: { kind: "number", description: "Step size", default: 1e-3, above: 0 },
    hidden: { kind: "integers", description: "Units", default: [512, 256], min: 1 },
    engine: { kind: "choice", description: "Engine", choices: ["onnx", "tfjs"], default: "onnx" },
    shuffle: { kind: "boolean", description: "Shuffle", default: true },
    force: { kind: "boolean", description: "Replace" },
    seed: { kind: "integer", description: "Seed", default: 0 },
    out: { kind: "path", description: "The folder to write", required: true },
    note: { kind: "string", description: "Text" },
  },
} as const;

const needed = ["a.npz", "--out", "runs/a"];

Deno.test("parseFlags() gives defaults where nothing is given", () => {
  assertEquals(parseFlags(needed, command), {
    epochs: 20,
    learningRate: 1e-3,
    hidden: [512, 256],
    engine: "onnx",
    shuffle: true,
    force: false,
    seed: 0,
    out: "runs/a",
    note: undefined,
    images: "a.npz",
    more: undefined,
  });
});

Deno.test("parseFlags() reads every kind, in both spellings, before and after positionals", () => {
  const values = parseFlags([
    ..."--epochs=5 --learning-rate 2e-4 a.npz --hidden 64,32 --engine tfjs".split(" "),
    ..."--no-shuffle --force --out b --seed=-3 123 --note".split(" "),
    "two words",
  ], command);
  assertEquals(values, {
    epochs: 5,
    learningRate: 2e-4,
    hidden: [64, 32],
    engine: "tfjs",
    shuffle: false,
    force: true,
    seed: -3,
    out: "b",
    note: "two words",
    images: "a.npz",
    more: "123",
  });
});

Deno.test("parseFlags() takes the last of a repeated flag", () => {
  const values = parseFlags([...needed, "--epochs", "1", "--epochs", "2"], command);
  assertEquals((values as { epochs: number }).epochs, 2);
});

Deno.test("parseFlags() gathers the paths of a flag that may be given several times", () => {
  const paths = { kind: "paths", description: "The run folder", required: true } as const;
  const report = { name: "report", description: "Report", options: { run: paths } };
  assertEquals(parseFlags(["--run", "a", "--run=1"], report), { run: ["a", "1"] });
  assertThrows(() => parseFlags([], report), InputError, "--run is missing");
  assertThrows(
    () => parseFlags(["--run", "a", "--run", ""], report),
    InputError,
    "no value follows",
  );
});

Deno.test("parseFlags() asks for help even if all else is wrong", () => {
  assertEquals(parseFlags(["--help"], command), "help");
  assertEquals(parseFlags(["--nonsense", "-h"], command), "help");
});

const faults: [args: string, message: string][] = [
  ["--epoch 3", "Cannot use --epoch: there is no such flag, did you mean --epochs"],
  [
    "--learningRate 3",
    "Cannot use --learningRate: there is no such flag, did you mean --learning-rate",
  ],
  ["--xyzzy", "Cannot use --xyzzy: there is no such flag, --help lists the flags"],
  ["-x", "Cannot use -x: there is no such flag, --help lists the flags"],
  ["--no-epochs", "Cannot use --no-epochs: there is no such flag, did you mean --epochs"],
  [
    "--epochs",
    "Cannot use --epochs: no value follows --epochs, it needs an integer from 1 to 1000",
  ],
  ["--epochs ten", 'Cannot use --epochs: the value is "ten", it needs an integer from 1 to 1000'],
  ["--epochs 2.5", 'Cannot use --epochs: the value is "2.5", it needs an integer from 1 to 1000'],
  ["--epochs 0", 'Cannot use --epochs: the value is "0", it needs an integer from 1 to 1000'],
  ["--epochs 1001", 'Cannot use --epochs: the value is "1001", it needs an integer from 1 to 1000'],
  ["--seed -1", "Cannot use --seed: no value follows --seed, it needs an integer"],
  ["--learning-rate 0", 'Cannot use --learning-rate: the value is "0", it needs a number above 0'],
  [
    "--learning-rate NaN",
    'Cannot use --learning-rate: the value is "NaN", it needs a number above 0',
  ],
  [
    "--learning-rate 0x1f",
    'Cannot use --learning-rate: the value is "0x1f", it needs a number above 0',
  ],
  [
    "--hidden 5,,3",
    'Cannot use --hidden: the value is "5,,3", it needs comma-separated integers of 1 or more',
  ],
  ["--engine cuda", 'Cannot use --engine: the value is "cuda", it needs one of onnx, tfjs'],
  ["--force=maybe", "Cannot use --force=maybe: --force takes no value, or true or false"],
  ["b.npz c.npz", 'Cannot use "c.npz": train takes only IMAGES MORE'],
];

for (const [args, message] of faults) {
  Deno.test(`parseFlags() throws for "${args}"`, () => {
    const error = assertThrows(
      () => parseFlags([...needed, ...args.split(" ")], command),
      InputError,
    );
    assertEquals(error.message, message);
  });
}

Deno.test("parseFlags() throws if something needed is missing", () => {
  const flag = assertThrows(() => parseFlags(["a.npz"], command), InputError);
  assertEquals(flag.message, "Cannot run train: --out is missing, it gives the folder to write");
  const positional = assertThrows(() => parseFlags(["--out", "a"], command), InputError);
  assertEquals(positional.message, "Cannot run train: IMAGES is missing, it gives the images");
});

Deno.test("optionDefaults() are typed by the table", () => {
  const { epochs, force, engine, note } = optionDefaults(command.options);
  const typed: [number, boolean, "onnx" | "tfjs", string | undefined] = [
    epochs,
    force,
    engine,
    note,
  ];
  assertEquals(typed, [20, false, "onnx", undefined]);
});

Deno.test("formatFlags() gives arguments that parseFlags() reads as the same values", () => {
  const options = {
    latentDim: { kind: "integer", description: "" },
    rate: { kind: "number", description: "" },
    hidden: { kind: "integers", description: "" },
    names: { kind: "names", description: "" },
    run: { kind: "paths", description: "" },
    grey: { kind: "boolean", description: "" },
    kept: { kind: "boolean", description: "", default: true },
    title: { kind: "string", description: "", default: "a" },
    left: { kind: "string", description: "" },
  } as const;
  const random = new Random(0);
  for (let turn = 0; turn < 50; turn++) {
    const values = {
      latentDim: random.integer(9) - 4,
      rate: random.normal() * 10 ** (random.integer(60) - 30),
      hidden: Array.from({ length: 1 + random.integer(3) }, () => random.integer(5) - 2),
      names: ["a b", `-c${turn}`].slice(random.integer(2)),
      run: ["--x", "a=b", "-"].slice(random.integer(3)),
      grey: random.integer(2) === 0,
      kept: random.integer(2) === 0,
      title: ["-1", "--out", "a 'b'"][random.integer(3)],
      left: undefined,
    };
    const command = { name: "test", description: "", options };
    assertEquals(parseFlags(formatFlags(values, options), command), values);
  }
});
