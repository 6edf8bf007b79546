import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable } from "node:stream";

/** Of what a child says on standard error, the end is kept. */
const COMPLAINT_BYTES_MAX = 1024;

/** How a child ended: as it should, or why not. */
export type ChildEnd = { readonly failure: string | undefined };

/**
 * The standard output of a child process, taken when it is wanted: what nobody takes stays in the
 * pipe, and the child waits.
 */
export class ChildOutput implements AsyncDisposable {
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  readonly #closed: Promise<void>;
  #end: ChildEnd | undefined;
  #complaint = "";
  #wake: () => void = () => undefined;

  constructor(program: string, parameters: readonly string[]) {
    const child = spawn(program, parameters, { stdio: ["ignore", "pipe", "pipe"] });
    this.#child = child;
    child.stdout.on("readable", () => this.#wake());
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#complaint = (this.#complaint + text).slice(-COMPLAINT_BYTES_MAX);
    });
    this.#closed = new Promise((resolve) => {
      child.on("error", (error) => {
        this.#end = { failure: error.message };
        this.#wake();
        resolve();
      });
      child.on("close", (code, signal) => {
        this.#end ??= { failure: this.#failureOf(code, signal) };
        this.#wake();
        resolve();
      });
    });
  }

  /** Waits at most so many milliseconds, and no longer than the signal allows. */
  async take(waitMs: number, signal: AbortSignal): Promise<Buffer | ChildEnd | undefined> {
    const chunk = this.#now();
    if (chunk !== undefined || signal.aborted || waitMs <= 0) return chunk;
    await this.#woken(waitMs, signal);
    return this.#now();
  }

  #now(): Buffer | ChildEnd | undefined {
    return (this.#child.stdout.read() as Buffer | null) ?? this.#end;
  }

  async #woken(waitMs: number, signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = Number.isFinite(waitMs) ? setTimeout(() => this.#wake(), waitMs) : undefined;
      const wake = () => this.#wake();
      signal.addEventListener("abort", wake);
      this.#wake = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", wake);
        this.#wake = () => undefined;
        resolve();
      };
    });
  }

  #failureOf(code: number | null, signal: NodeJS.Signals | null): string | undefined {
    if (code === 0) return undefined;
    const how = signal === null ? `it ended with code ${code}` : `it was ended by ${signal}`;
    const complaint = this.#complaint.trim().replaceAll("\n", "; ");
    return complaint === "" ? how : `${how}: ${complaint}`;
  }

  /** It only reads: nothing is lost when it is killed. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    this.#child.stdout.destroy();
    this.#child.stderr.destroy();
    await this.#closed;
  }
}
