import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";

/** Runs a program to its end and gives its standard output; a failure carries what it said. */
export async function run(command: string, args: readonly string[], input = ""): Promise<string> {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe"] });
  const closed = once(child, "close");
  // A program that ends without reading its input fails by its exit code, not by EPIPE.
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  const [output, complaint] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  if (child.exitCode !== 0) {
    const call = [command, ...args].join(" ");
    throw new Error(`Cannot run "${call}": exit ${child.exitCode}: ${complaint.trim()}`);
  }
  return output;
}
