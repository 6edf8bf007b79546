import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach } from "vitest";
import { type Ended, program, programEnvironment } from "./built-program.ts";
import { runInProcess } from "./in-process.ts";
import { isLong } from "../long-run.ts";

export type RunOptions = {
  readonly input?: string | Uint8Array;
  /** A command that runs the program, with its own arguments, such as setpriv. */
  readonly through?: readonly string[];
  /** Another node than the one that runs the tests. */
  readonly node?: string;
  readonly nodeOptions?: readonly string[];
  /** Several tests have it: it runs until it is disposed of. */
  readonly isShared?: boolean;
};

/** A program that runs; disposing of it kills it. */
export interface Running extends AsyncDisposable {
  readonly pid: number;
  /** Standard output so far. */
  readonly shown: string;
  /** Waits until standard error holds the text, that often; gives what it holds then. */
  says(text: string, times?: number, msMax?: number): Promise<string>;
  signal(signal: "SIGHUP" | "SIGSTOP" | "SIGCONT"): void;
  readonly ended: Promise<Ended>;
  /** Sends the signal and waits for the end. */
  end(signal: "SIGKILL" | "SIGTERM" | "SIGINT"): Promise<Ended>;
}

/** The programs of a test, and what each said on standard error. */
const children = new Map<ChildProcess, () => string>();

// A test that times out never comes to dispose of what it started.
afterEach(({ task }) => {
  const hasFailed = task.result?.state === "fail";
  for (const [child, said] of children) {
    if (hasFailed) process.stderr.write(`${child.spawnargs.join(" ")}\n${said()}\n`);
    child.kill("SIGKILL");
  }
  children.clear();
});

const RUN_MS_MAX = isLong ? 900_000 : 120_000;
const SAYS_MS_MAX = 60_000;

export function startDenyscope(args: readonly string[], options: RunOptions = {}): Running {
  assert(existsSync(program), "npm run build comes before the tests that drive the program");
  const { input = "", through = [], node = process.execPath, nodeOptions = [] } = options;
  const { isShared = false } = options;
  const [command = node, ...rest] = [...through, node, ...nodeOptions, program, ...args];
  const child = spawn(command, rest, {
    env: programEnvironment,
    stdio: ["pipe", "pipe", "pipe"],
    timeout: isShared ? undefined : RUN_MS_MAX,
    killSignal: "SIGKILL",
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    stdout += chunk;
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    stderr += chunk;
  });
  if (!isShared) children.set(child, () => stderr);
  // A program that ends without reading its input shows why by its exit code, not by EPIPE.
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  const ended = once(child, "close").then(() => ({ status: child.exitCode, stdout, stderr }));
  const end = (signal: NodeJS.Signals) => {
    child.kill(signal);
    return ended;
  };
  return {
    pid: child.pid!,
    get shown() {
      return stdout;
    },
    signal: (signal) => child.kill(signal),
    async says(text, times = 1, msMax = SAYS_MS_MAX) {
      let hasEnded = false;
      void ended.then(() => {
        hasEnded = true;
      });
      const deadline = Date.now() + msMax;
      while (stderr.split(text).length <= times) {
        assert(!hasEnded && Date.now() < deadline, `it never said "${text}": ${stderr}`);
        await sleep(10);
      }
      return stderr;
    },
    ended,
    end,
    [Symbol.asyncDispose]: async () => {
      await end("SIGKILL");
    },
  };
}

/** Runs a command to its end, in a process of its own where the options ask for a way to do so. */
export function denyscope(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const { input = "", through, node } = options;
  const isOwn = through !== undefined || node !== undefined;
  return isOwn ? startDenyscope(args, options).ended : runInProcess(args, input);
}

/** Standard output of a run that must end well. */
export async function outputOf(args: readonly string[], options?: RunOptions): Promise<string> {
  const { status, stdout, stderr } = await denyscope(args, options);
  assert.equal(status, 0, `denyscope ${args.join(" ")} fails: ${stderr}`);
  return stdout;
}
