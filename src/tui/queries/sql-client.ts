import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { entryBeside } from "../../model/entry-beside.ts";
import type { AskSql, SqlTable } from "./ask.ts";

const entry = fileURLToPath(entryBeside(import.meta.url, "sql-process"));

/** What the process is told. */
export type SqlStatement = { readonly path: string; readonly text: string };

/** What became of a statement. */
export type SqlAnswer = { readonly table: SqlTable } | { readonly refusal: string };

/**
 * Runs a person's own statements in a process beside. SQLite does not look up from a statement that
 * takes long, and a thread that is in one cannot be ended: a process can.
 */
export class SqlClient implements Disposable {
  readonly #path: string;
  readonly #answered: (ask: AskSql, answer: SqlAnswer) => void;
  #process: ChildProcess | undefined;
  #running: AskSql | undefined;

  constructor(path: string, answered: (ask: AskSql, answer: SqlAnswer) => void) {
    this.#path = path;
    this.#answered = answered;
  }

  /** Instead of another that still runs; when it is this one, it goes on. */
  run(ask: AskSql): void {
    const { text } = ask;
    const isRunning = this.#running?.text === text;
    if (!isRunning) this.stop();
    this.#running = ask;
    if (isRunning) return;
    this.#process ??= this.#start();
    this.#process.send({ path: this.#path, text } satisfies SqlStatement);
  }

  /** What is under way gets no answer. */
  stop(): void {
    if (this.#running !== undefined) this[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    this.#process?.kill("SIGKILL");
    this.#process = undefined;
    this.#running = undefined;
  }

  #start(): ChildProcess {
    const child = fork(entry, [], { stdio: "ignore" });
    const answer = (given: SqlAnswer) => {
      const ask = this.#running;
      if (child !== this.#process || ask === undefined) return;
      this.#running = undefined;
      this.#answered(ask, given);
    };
    child.on("message", answer);
    child.on("error", (error) => answer({ refusal: `Cannot run it: ${error.message}` }));
    child.on("exit", (code, signal) => {
      answer({ refusal: `Cannot run it: the process of statements ended with ${signal ?? code}` });
      if (child === this.#process) this.#process = undefined;
    });
    return child;
  }
}
