#!/usr/bin/env node
/**
 * The command `glimpse` of the npm package: its sub-commands are the tasks of `deno.json`.
 *
 * @module
 */
import process from "node:process";
import config from "../deno.json" with { type: "json" };
import { runCommand } from "../lib/command/command.ts";
import { PROCESS } from "../lib/command/process.ts";
import { suggestion } from "../lib/command/suggestion.ts";
import { TASKS } from "./tasks.ts";

const [task = "--help", ...args] = PROCESS.args;
// A reader of the output may leave before its end.
process.stdout.on("error", (error: { code?: string }) => {
  if (error.code !== "EPIPE") throw error;
});

if (Object.hasOwn(TASKS, task)) {
  const { program } = await TASKS[task]();
  // A module of several tasks picks one by its name; those of `study` and `data` are named after it.
  const isNamed = Array.isArray(program) && program.some(({ name }) => name === task);
  await runCommand(program, { ...PROCESS, args: isNamed ? PROCESS.args : args });
} else if (["--help", "-h"].includes(task)) {
  const lines = Object.keys(TASKS).map((name) =>
    `  ${name.padEnd(12)} ${config.tasks[name as keyof typeof config.tasks].description}`
  );
  console.log(["Usage: glimpse <command> [options]", "", ...lines].join("\n"));
} else {
  const meant = suggestion(task, Object.keys(TASKS));
  const hint = meant === undefined
    ? `there are ${Object.keys(TASKS).join(", ")}`
    : `did you mean ${meant}`;
  console.error(`Cannot run "${task}": there is no such command, ${hint}`);
  process.exitCode = 1;
}
