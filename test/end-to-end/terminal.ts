import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { program, programEnvironment } from "./built-program.ts";
import { shellWord } from "../../src/model/shell-word.ts";

/** Runs the program on a terminal of its own, and gives all that it shows there. */
export async function shownOnTerminal(
  args: readonly string[],
  columns: number,
  rows = 24,
): Promise<{ readonly status: number | null; readonly shown: string }> {
  const command = [process.execPath, program, ...args].map(shellWord).join(" ");
  const script = `stty cols ${columns} rows ${rows}; exec ${command}`;
  const child = spawn("script", ["-q", "-e", "-c", script, "/dev/null"], {
    env: { ...programEnvironment, TERM: "xterm-256color", SHELL: "/bin/sh" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [shown] = await Promise.all([text(child.stdout), once(child, "close")]);
  return { status: child.exitCode, shown: shown.replaceAll("\r\n", "\n") };
}
