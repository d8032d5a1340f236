import { assertEquals } from "@std/assert";
import { formatCommands, formatHelp } from "../../../lib/command/flags_help.ts";

Deno.test("formatHelp() shows usage, each flag with what it takes and its default, and examples", () => {
  const help = formatHelp({
    name: "train",
    description: "Train a model",
    positionals: { images: { description: "The images" } },
    options: {
      out: { kind: "path", description: "The folder to write", required: true, placeholder: "DIR" },
      batchSize: { kind: "integer", description: "Images a step", default: 128, min: 1 },
      shuffle: { kind: "boolean", description: "Shuffle the images", default: true },
      engine: {
        kind: "choice",
        description: "What runs a training step, which decides how fast it is and what it needs",
        choices: ["auto", "onnx", "tfjs"],
        default: "auto",
      },
    },
    examples: [{ does: "A short run", line: "deno task train a.npz --out runs/a" }],
  });
  assertEquals(
    help,
    `Train a model

Usage: deno task train IMAGES --out DIR [flags]

  IMAGES           The images
  --out DIR        The folder to write (required)
  --batch-size N   Images a step (an integer of 1 or more; default: 128)
  --[no-]shuffle   Shuffle the images (default: on)
  --engine ENGINE  What runs a training step, which decides how fast it is and
                   what it needs (one of auto, onnx, tfjs; default: auto)
  --help           Show this text

Examples:
  # A short run
  deno task train a.npz --out runs/a`,
  );
});

Deno.test("formatHelp() and formatCommands() name the task of a command that is none itself", () => {
  const command = { name: "beta", task: "study", description: "Trains", options: {} };
  assertEquals(formatHelp(command).split("\n")[2], "Usage: deno task study beta [flags]");
  assertEquals(
    formatCommands([command]).split("\n")[0],
    "Usage: deno task study <command> [flags]",
  );
  const { task: _, ...plain } = command;
  assertEquals(formatCommands([plain]).split("\n")[0], "Usage: deno task <command> [flags]");
});

Deno.test("formatHelp() and formatCommands() wrap long descriptions", () => {
  const description = "What is trained, and on what, ".repeat(8).trim();
  const command = { name: "beta", description, options: {} };
  for (const help of [formatHelp(command), formatCommands([command])]) {
    assertEquals(help.split("\n").filter((line) => line.length > 80), []);
    assertEquals(help.replace(/\s+/g, " ").includes(description), true);
  }
});
