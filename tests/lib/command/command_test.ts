import { assertEquals, assertMatch } from "@std/assert";
import { InputError } from "../../../lib/input_error.ts";
import { type Command, defineCommand, runCommand } from "../../../lib/command/command.ts";
import { firstOutput, inFolder, namesIn, spawnProgram } from "../../command_line.ts";

/** Runs a command with a host that takes notes. */
async function run(commands: Command | Command[], args: string[]) {
  const printed: string[] = [];
  const codes: number[] = [];
  let errors = "";
  await runCommand(commands, {
    args,
    print: (line) => printed.push(line),
    status: {
      isTerminal: () => false,
      writeSync: (bytes) => {
        errors += new TextDecoder().decode(bytes);
        return bytes.length;
      },
    },
    exit: (code) => codes.push(code),
  });
  return { printed, errors, codes };
}

const add = defineCommand({
  name: "add",
  description: "Add one",
  positionals: { to: { description: "A name" } },
  options: { by: { kind: "integer", description: "How much", default: 1 } },
  // deno-lint-ignore require-await
  async run({ to, by }, { print }) {
    if (to === "nothing") throw new InputError("Cannot add: nothing was given, a name is needed");
    if (to === "broken") throw new TypeError("no such thing");
    print(`${to} + ${by}`);
  },
});

Deno.test("runCommand() exits with 0 if all went well", async () => {
  assertEquals(await run(add, ["two", "--by", "3"]), {
    printed: ["two + 3"],
    errors: "",
    codes: [0],
  });
});

Deno.test("runCommand() prints one sentence and exits with 1 if the user is at fault", async () => {
  assertEquals(await run(add, ["nothing"]), {
    printed: [],
    errors: "Cannot add: nothing was given, a name is needed\n",
    codes: [1],
  });
});

Deno.test("runCommand() prints the stack and exits with 2 if Glimpse is at fault", async () => {
  const { errors, codes } = await run(add, ["broken"]);
  assertEquals(codes, [2]);
  assertMatch(errors, /^This is a bug in Glimpse.*\nTypeError: no such thing\n {4}at /);
});

Deno.test("runCommand() chooses among commands and names the nearest to a wrong one", async () => {
  const other = { ...add, name: "subtract", description: "Take one away" };
  assertEquals((await run([add, other], ["subtract", "x"])).printed, ["x + 1"]);
  const wrong = await run([add, other], ["substract"]);
  assertEquals(
    wrong.errors,
    'Cannot run "substract": there is no such command, did you mean subtract\n',
  );
  assertEquals(wrong.codes, [1]);
  const far = await run([add, other], ["multiply"]);
  assertEquals(
    far.errors,
    'Cannot run "multiply": there is no such command, there are add, subtract\n',
  );
  assertEquals((await run([add, other], [])).printed[0].split("\n").slice(2), [
    "  add       Add one",
    "  subtract  Take one away",
  ]);
});

Deno.test("runCommand() explains faults of the machine wherever they come up", async () => {
  for (const code of "EBUSY EXDEV EIO EDQUOT ELOOP ENOSPC".split(" ")) {
    const broken = {
      ...add,
      run: () => Promise.reject(Object.assign(new Error("no (os error 1): copy 'a'"), { code })),
    };
    const { codes, errors } = await run(broken, ["x"]);
    assertEquals(codes, [1]);
    assertMatch(errors, /^Cannot go on with copy 'a': [a-z ]+\n$/);
  }
});

Deno.test("runCommand() goes on where it cannot print, and exits with 1 unless the reader left", async () => {
  for (const [code, expected] of [["ENOSPC", 1], ["EPIPE", 0]] as const) {
    const fail = () => {
      throw Object.assign(new Error("cannot write"), { code });
    };
    const done: string[] = [];
    const codes: number[] = [];
    const command = defineCommand({
      name: "x",
      description: "",
      options: {},
      // deno-lint-ignore require-await
      async run(_, { print, status }) {
        print("a line");
        status.writeSync(new Uint8Array(3));
        done.push("all");
      },
    });
    await runCommand(command, {
      args: [],
      print: fail,
      status: { writeSync: fail, isTerminal: () => false },
      exit: (code) => codes.push(code),
    });
    assertEquals(done, ["all"]);
    assertEquals(codes, [expected]);
  }
});

for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
  Deno.test(`runCommand() removes what is half-written on ${signal}`, async () => {
    await inFolder(async (dir) => {
      const child = spawnProgram(
        `import { defineCommand, runCommand } from "./lib/command/command.ts";
         import { writeFile } from "./lib/files/atomic_write.ts";
         import { writeFolder } from "./lib/files/write_folder.ts";
         const wait = () => new Promise((done) => setTimeout(done, 60_000));
         const command = defineCommand({ name: "x", description: "", options: {}, async run() {
           const begun = Promise.withResolvers();
           const folder = writeFolder("folder", async (dir) => {
             await Deno.writeTextFile(dir + "/a", "half");
             begun.resolve();
             await wait();
           });
           await writeFile("file", async () => {
             await begun.promise;
             console.log("writing");
             await wait();
           });
           await folder;
         } });
         await runCommand(command,
           { args: [], print: console.log, status: Deno.stderr, exit: Deno.exit });`,
        dir,
      );
      await firstOutput(child);
      assertEquals(namesIn(dir).length, 2);
      child.kill(signal);
      const { code: ended } = await child.output();
      assertEquals(ended, code);
      assertEquals(namesIn(dir), []);
    });
  });
}
