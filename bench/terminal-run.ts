import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { stripVTControlCharacters } from "node:util";
import { shellWord } from "../src/model/shell-word.ts";
import type { Command } from "./measure.ts";

const COLUMNS = 200;
const ROWS = 50;
const WAIT_MS_MAX = 60_000;

type Waiting = { readonly pattern: RegExp; readonly resolve: (at: number) => void };

/**
 * A program on a real terminal of its own, which script (util-linux) gives it: what it writes
 * there, and when that came.
 */
export class TerminalRun implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #startedAt = performance.now();
  #shown = "";
  #waiting: Waiting | undefined;

  constructor({ program, args, environment }: Command) {
    const words = [program, ...args].map(shellWord).join(" ");
    const line = `stty cols ${COLUMNS} rows ${ROWS}; exec ${words}`;
    this.#child = spawn("script", ["-q", "-f", "-c", line, "/dev/null"], {
      env: { ...process.env, TERM: "xterm-256color", SHELL: "/bin/sh", ...environment },
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#child.stdout!.setEncoding("utf8").on("data", (text: string) => {
      this.#shown += text;
      this.#look(performance.now());
    });
  }

  /** Milliseconds from the start until what was written since forget() matches, without styles. */
  async until(pattern: RegExp): Promise<number> {
    const late = AbortSignal.timeout(WAIT_MS_MAX);
    const found = Promise.withResolvers<number>();
    late.addEventListener("abort", () => {
      found.reject(new Error(`the terminal never showed ${String(pattern)}: ${this.#shown}`));
    });
    this.#waiting = { pattern, resolve: found.resolve };
    this.#look(performance.now());
    return await found.promise;
  }

  /** Presses keys, as the terminal sends them. */
  press(keys: string): void {
    this.#child.stdin!.write(keys);
  }

  /** What was written so far matches nothing any more. */
  forget(): void {
    this.#shown = "";
  }

  /** Presses a key and gives the milliseconds until the screen shows what it leads to. */
  async answered(key: string, pattern: RegExp): Promise<number> {
    this.forget();
    const pressedAt = performance.now() - this.#startedAt;
    this.press(key);
    return (await this.until(pattern)) - pressedAt;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#child, "exit");
    this.press("\u0003");
    const [status] = await ended;
    assert.equal(status, 0, "the program ends well");
  }

  #look(now: number): void {
    const { pattern, resolve } = this.#waiting ?? {};
    if (pattern?.test(stripVTControlCharacters(this.#shown)) !== true) return;
    this.#waiting = undefined;
    resolve!(now - this.#startedAt);
  }
}
