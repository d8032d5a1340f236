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
import { suggestion } from "./suggestion.ts";
import { explainFileError, explainMachineError } from "../files/file_error.ts";
import { removeTemporaries } from "../files/temporaries.ts";
import { listenForSignals } from "./interruption.ts";
import { platform } from "../platform/platform.ts";

/** The process that a command runs in; `main.ts` files provide it. */
export interface Host {
  /** The arguments after the program's own name. */
  readonly args: readonly string[];
  /** Prints one line of the result to standard output. */
  print(line: string): void;
  /** Standard error: errors and progress. */
  readonly status: Pick<typeof platform.stderr, "writeSync" | "isTerminal">;
  /** Ends the process. */
  exit(code: number): void;
  /** Answer signals also while the main thread computes. @default {false} */
  readonly watched?: boolean;
  /** The task that was started, where it is not of the command's name. */
  readonly task?: string;
}

/** A command line and the function that it runs. */
export interface Command extends CommandLine {
  /** The command that the arguments ask for, where its options depend on one of them. */
  select?(args: readonly string[]): Command;
  run(values: unknown, host: Host): Promise<void>;
}

/** Defines a command whose `run` gets values typed by the tables of options and positionals. */
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
 * Runs a command, or the one of several that the first argument names, and ends the process with
 * exit code 0 on success, 1 with one sentence for an {@linkcode InputError}, 2 with the stack for a
 * bug in Glimpse, 130, 143 or 129 if interrupted. Half-written files are removed. If a line cannot
 * be printed, the work goes on, and the exit code is 1 unless it is the reader who left.
 */
export async function runCommand(
  commands: Command | readonly Command[],
  given: Host,
): Promise<void> {
  let unprinted: unknown;
  const host = tolerant(given, (error) => unprinted ??= error);
  const stopListening = await listenForSignals({
    ...host,
    say: (line) => writeLine(host, line),
    exit: host.exit,
  });
  let code = 0;
  try {
    await dispatch(commands, host);
    if (unprinted !== undefined && (unprinted as { code?: string }).code !== "EPIPE") {
      throw explainFileError(unprinted, "print");
    }
  } catch (thrown) {
    const error = explainMachineError(thrown);
    code = error instanceof InputError ? 1 : 2;
    writeLine(host, code === 1 ? (error as InputError).message : formatBug(error));
  } finally {
    stopListening();
    removeTemporaries();
  }
  host.exit(code);
}

/** A host whose streams never throw: a broken terminal must not end hours of work. */
function tolerant(host: Host, onError: (error: unknown) => void): Host {
  return {
    ...host,
    print(line) {
      try {
        host.print(line);
      } catch (error) {
        onError(error);
      }
    },
    status: {
      writeSync(bytes) {
        try {
          return host.status.writeSync(bytes);
        } catch {
          return bytes.length; // there is nowhere else to say so
        }
      },
      isTerminal: () => host.status.isTerminal(),
    },
  };
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
      const meant = suggestion(args[0], names);
      const hint = meant === undefined ? `there are ${names.join(", ")}` : `did you mean ${meant}`;
      throw new InputError(`Cannot run "${args[0]}": there is no such command, ${hint}`);
    }
    args = args.slice(1);
  }
  command = command.select?.(args) ?? command;
  const values = parseFlags(args, command);
  if (values === "help") return host.print(formatHelp(command));
  await command.run(values, host);
}

function formatBug(error: unknown): string {
  const detail = error instanceof Error ? error.stack ?? error.message : String(error);
  return `This is a bug in Glimpse, not in your input; please report it with these lines\n${detail}`;
}
