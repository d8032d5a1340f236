import { describeValue } from "./flag_values.ts";
import { type CommandLine, flagName } from "./flags.ts";
import type { Option } from "./option.ts";
import { wrap } from "./wrap.ts";

/** Columns of a terminal that nobody has widened. */
const HELP_WIDTH = 80;

/** The text of `--help`: description, usage, flags and examples. */
export function formatHelp(command: CommandLine): string {
  const { name, description, options, positionals = {}, examples = [] } = command;
  const words = Object.entries(positionals).map(([word, { optional }]) =>
    optional ? `[${placeholderOf(word)}]` : placeholderOf(word)
  );
  const required = Object.entries(options).filter(([, option]) => isRequired(option));
  const usage = [...words, ...required.map(([key, option]) => flagOf(key, option)), "[flags]"];
  const rows: [string, string][] = [
    ...Object.entries(positionals).map(([word, { description }]): [string, string] => [
      placeholderOf(word),
      description,
    ]),
    ...Object.entries(options).map(([key, option]): [string, string] => [
      flagOf(key, option),
      `${option.description}${noteOf(option)}`,
    ]),
    ["--help", "Show this text"],
  ];
  const lines = [
    ...wrap(description, HELP_WIDTH),
    "",
    `Usage: deno task ${groupOf(command)}${name} ${usage.join(" ")}`,
    "",
    ...formatRows(rows),
  ];
  if (examples.length > 0) lines.push("", "Examples:");
  for (const { does, line } of examples) lines.push(`  # ${does}`, `  ${line}`);
  return lines.join("\n");
}

/** The help of an entry point with several commands. */
export function formatCommands(commands: readonly CommandLine[]): string {
  return [
    `Usage: deno task ${groupOf(commands[0])}<command> [flags]`,
    "",
    ...formatRows(commands.map(({ name, description }) => [name, description])),
  ].join("\n");
}

/** What stands between `deno task` and the name of a command. */
function groupOf({ task }: CommandLine): string {
  return task === undefined ? "" : `${task} `;
}

/** Two columns, the right one wrapped. */
function formatRows(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
  return rows.flatMap(([left, right]) => {
    const [first, ...rest] = wrap(right, HELP_WIDTH - 2 - width);
    return [
      `  ${left.padEnd(width)}${first}`,
      ...rest.map((line) => " ".repeat(width + 2) + line),
    ];
  });
}

function flagOf(name: string, option: Option): string {
  const flag = flagName(name);
  if (option.kind === "boolean") return option.default ? flag.replace("--", "--[no-]") : flag;
  const placeholder = "placeholder" in option ? option.placeholder : undefined;
  return `${flag} ${placeholder ?? placeholderFor(option.kind, name)}`;
}

function placeholderFor(kind: Exclude<Option["kind"], "boolean">, name: string): string {
  if (kind === "integer" || kind === "number") return "N";
  if (kind === "names") return "NAME,NAME";
  return kind === "integers" ? "N,N" : placeholderOf(name);
}

function placeholderOf(name: string): string {
  return flagName(name).slice(2).toUpperCase();
}

/** The allowed values and the default, in brackets. */
function noteOf(option: Option): string {
  const notes: string[] = [];
  if (option.kind === "boolean") return option.default ? " (default: on)" : "";
  if (!["string", "path", "paths"].includes(option.kind)) notes.push(describeValue(option));
  if (option.required) notes.push("required");
  if (option.kind === "paths") notes.push("may be given several times");
  else if (option.default !== undefined) notes.push(`default: ${option.default}`);
  return notes.length === 0 ? "" : ` (${notes.join("; ")})`;
}

function isRequired(option: Option): boolean {
  return option.kind !== "boolean" && option.required === true;
}
