import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const program = "/lib/systemd/systemd-journald";
const WAIT_MS_MAX = 20_000;

export function journaldMissing(): string | undefined {
  if (!existsSync(program)) return `The program ${program} is not installed.`;
  return existsSync("/etc/machine-id") ? undefined : "The machine has no /etc/machine-id.";
}

/** A journald with a /run of its own, which reads the real kernel's messages. */
export class Journald implements Disposable {
  readonly #child: ChildProcess;

  private constructor() {
    const prepare = "mount -t tmpfs tmpfs /run && mkdir -p /run/systemd/journal /run/log/journal";
    this.#child = spawn("unshare", ["-m", "sh", "-c", `${prepare} && exec ${program}`], {
      stdio: "ignore",
    });
  }

  static async start(): Promise<Journald> {
    const journald = new Journald();
    const deadline = Date.now() + WAIT_MS_MAX;
    while (!journald.#hasMessages() && Date.now() < deadline) await sleep(50);
    return journald;
  }

  /** Runs a program where it sees this journal. */
  get through(): readonly string[] {
    return ["nsenter", ...this.#inside];
  }

  get #inside(): readonly string[] {
    return ["-t", String(this.#child.pid), "-m"];
  }

  [Symbol.dispose](): void {
    this.#child.kill("SIGKILL");
  }

  #hasMessages(): boolean {
    const shown = [...this.#inside, "journalctl", "-k", "-n", "1", "-q"];
    try {
      return execFileSync("nsenter", shown, { stdio: ["ignore", "pipe", "ignore"] }).length > 0;
    } catch {
      return false;
    }
  }
}
