import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { program, programEnvironment } from "./built-program.ts";
import { childrenOf } from "../children-of.ts";
import { shellWord } from "../../src/model/shell-word.ts";

const WAIT_MS_MAX = 60_000;
const POLL_MS = 50;

export type TmuxOptions = {
  readonly columns: number;
  readonly rows: number;
  readonly environment?: Readonly<Record<string, string>>;
  /** Options of Node. */
  readonly nodeOptions?: readonly string[];
  /** Another program than the built one. */
  readonly command?: readonly string[];
};

/** The program in a terminal of a real tmux server of its own. */
export class Tmux implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), "denyscope-tmux-"));
  readonly #socket = join(this.folder, "socket");

  constructor(args: readonly string[], options: TmuxOptions) {
    const { columns, rows, environment = {}, nodeOptions = [], command: other } = options;
    const notes = join(this.folder, "notes.yaml");
    const usual = { TERM: "tmux-256color", DENYSCOPE_NOTES: notes };
    const variables = { ...programEnvironment, ...usual, ...environment };
    const settings = Object.entries(variables).map(([name, value]) => `${name}=${value ?? ""}`);
    const own = other ?? ["env", "-i", ...settings, process.execPath, ...nodeOptions, program];
    const words = [...own, ...args];
    // The pane stays when the program has ended, to be looked at.
    const run = words.map(shellWord).join(" ");
    const command = `cd ${shellWord(this.folder)}; ${run}; echo "ended $?"; cat`;
    this.#tmux(
      "-f",
      "/dev/null",
      "new-session",
      "-d",
      "-x",
      `${columns}`,
      "-y",
      `${rows}`,
      command,
    );
  }

  /** The process of the program. */
  get pid(): number {
    const shell = this.#tmux("display-message", "-p", "#{pane_pid}").trim();
    return childrenOf(Number(shell))[0]!;
  }

  /** Keys by the names that tmux gives them. */
  press(...keys: readonly string[]): void {
    for (const key of keys) this.#tmux("send-keys", key === ";" ? "\\;" : key);
  }

  type(text: string): void {
    this.#tmux("send-keys", "-l", text);
  }

  resize(columns: number, rows: number): void {
    this.#tmux("resize-window", "-x", String(columns), "-y", String(rows));
  }

  /** What is on the screen now; with `styled`, with the escape sequences of its styles. */
  screen(styled = false): string {
    return this.#tmux("capture-pane", "-p", ...(styled ? ["-e"] : []));
  }

  /** Waits until the screen matches; gives the screen. */
  async shows(expected: RegExp | string): Promise<string> {
    const deadline = Date.now() + WAIT_MS_MAX;
    for (;;) {
      const screen = this.screen();
      const isThere =
        typeof expected === "string" ? screen.includes(expected) : expected.test(screen);
      if (isThere) return screen;
      if (Date.now() > deadline) {
        throw new Error(`the screen never showed ${String(expected)}:\n${screen}`);
      }
      await sleep(POLL_MS);
    }
  }

  [Symbol.dispose](): void {
    this.#tmux("kill-server");
    rmSync(this.folder, { recursive: true, force: true });
  }

  #tmux(...args: readonly string[]): string {
    return execFileSync("tmux", ["-S", this.#socket, ...args], { encoding: "utf8" });
  }
}
