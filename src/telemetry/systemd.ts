import { spawn } from "node:child_process";
import type { Supervisor } from "../config/supervisor.ts";

const PROGRAM = "systemd-notify";
const NOTIFY_MS_MAX = 5000;
/** Messages under way; systemd wants the newest state, and asks for no history. */
const WAITING_MAX = 8;

/**
 * Tells systemd how the service is, through the program systemd-notify: Node has no datagram
 * sockets of the Unix domain. Messages keep their order.
 */
export class SystemdNotifier {
  readonly #supervisor: Supervisor;
  readonly #onFailed: (reason: string) => void;
  #sent: Promise<void> = Promise.resolve();
  #waiting = 0;

  constructor(supervisor: Supervisor, onFailed: (reason: string) => void) {
    this.#supervisor = supervisor;
    this.#onFailed = onFailed;
  }

  /** Assignments such as READY=1. Resolves when they are sent; failures are told, not thrown. */
  async notify(...assignments: readonly string[]): Promise<void> {
    if (this.#waiting >= WAITING_MAX) return;
    this.#waiting++;
    this.#sent = this.#sent.then(() => this.#run(assignments));
    await this.#sent;
    this.#waiting--;
  }

  /** Resolves when all messages are sent, or have failed. */
  async settled(): Promise<void> {
    await this.#sent;
  }

  #run(assignments: readonly string[]): Promise<void> {
    const { notifySocket, path } = this.#supervisor;
    return new Promise((resolve) => {
      const child = spawn(PROGRAM, assignments, {
        env: { NOTIFY_SOCKET: notifySocket, PATH: path },
        stdio: "ignore",
        timeout: NOTIFY_MS_MAX,
        killSignal: "SIGKILL",
      });
      child.once("error", (error) => {
        this.#onFailed(error.message);
        resolve();
      });
      child.once("close", (code, signal) => {
        if (code !== 0) this.#onFailed(`${PROGRAM} ended with ${code ?? signal}`);
        resolve();
      });
    });
  }
}
