import {
  type CommandLine,
  type OptionTable,
  type OptionValues,
  parseFlags,
  type PositionalTable,
  type PositionalValues,
} from "./flags.ts";
import { formatCommands, formatHelp } from "./flags_help.ts";
import { InputError } from "../input_error.ts";
import { nearest } from "./suggestion.ts";
import { removeTemporaries } from "../files/atomic_write.ts";

/** What a command may touch of the process that it runs in; `main.ts` files provide it. */
export interface Host {
  /** The arguments after the program's own name. */
  readonly args: readonly string[];
  /** Prints one line of what the user asked for. */
  print(line: string): void;
  /** Takes errors and progress: standard error. */
  readonly status: Pick<typeof Deno.stderr, "writeSync" | "isTerminal">;
  /** Ends the process. */
  exit(code: number): void;
}

/** A command line with what it does. */
export interface Command extends CommandLine {
  run(values: unknown, host: Host): Promise<void>;
}

/** A command whose `run` gets its values typed by its tables. */
export function defineCommand<
  const O extends OptionTable,
  const P extends PositionalTable = Record<never, never>,
>(
  command: CommandLine & {
    readonly options: O;
    readonly positionals?: P;
    run(values: OptionValues<O> & PositionalValues<P>, host: Host): Promise<void>;
  },
): Command {
  return command as Command;
}

/**
 * Runs a command, or of several the one that the first argument names, and ends the process: with 0
 * if all went well, 1 with one sentence if the user must change something, 2 with the stack if
 * Glimpse is at fault, 130 if interrupted. Whatever was half-written is removed.
 */
export async function runCommand(
  commands: Command | readonly Command[],
  host: Host,
): Promise<void> {
  const stopListening = onInterrupt((code) => {
    removeTemporaries();
    host.exit(code);
  });
  let code = 0;
  try {
    await dispatch(commands, host);
  } catch (error) {
    code = error instanceof InputError ? 1 : 2;
    writeLine(host, code === 1 ? (error as InputError).message : formatFault(error));
  } finally {
    stopListening();
    removeTemporaries();
  }
  host.exit(code);
}

/** Writes a line to standard error. */
export function writeLine({ status }: Host, line: string): void {
  status.writeSync(new TextEncoder().encode(`${line}\n`));
}

async function dispatch(commands: Command | readonly Command[], host: Host): Promise<void> {
  let command = commands as Command;
  let args = host.args;
  if (Array.isArray(commands)) {
    if (["--help", "-h", undefined].includes(args[0])) {
      return host.print(formatCommands(commands));
    }
    const names = commands.map(({ name }) => name);
    command = commands[names.indexOf(args[0])];
    if (command === undefined) {
      const near = nearest(args[0], names);
      const hint = near === undefined ? `there are ${names.join(", ")}` : `did you mean ${near}`;
      throw new InputError(`Cannot run "${args[0]}": there is no such command, ${hint}`);
    }
    args = args.slice(1);
  }
  const values = parseFlags(args, command);
  if (values === "help") return host.print(formatHelp(command));
  await command.run(values, host);
}

function formatFault(error: unknown): string {
  const detail = error instanceof Error ? error.stack ?? error.message : String(error);
  return `This is a fault of Glimpse, not of what you gave it; please report it with these lines\n${detail}`;
}

/** Calls back with the exit code that shells give to the signal. */
function onInterrupt(callback: (code: number) => void): () => void {
  const codes: [Deno.Signal, number][] = Deno.build.os === "windows"
    ? [["SIGINT", 130]]
    : [["SIGINT", 130], ["SIGTERM", 143]];
  const listeners = codes.map(([signal, code]) => {
    const listener = () => callback(code);
    Deno.addSignalListener(signal, listener);
    return () => Deno.removeSignalListener(signal, listener);
  });
  return () => listeners.forEach((stop) => stop());
}
