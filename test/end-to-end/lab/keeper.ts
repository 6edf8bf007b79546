import { spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The process that owns the kernel's log, the private rsyslogd and the lab's namespaces. */
export interface Keeper {
  readonly rsyslogdPid: number;
  /** What rsyslogd has complained of so far. */
  complaints(): string;
  stop(): Promise<void>;
}

const lockSecondsMax = 300;
const lockConflict = 75;

/** Waits its turn, for imklog takes lines away from any other reader on the machine. */
export async function startKeeper(options: {
  readonly namespaces: string;
  readonly configuration: string;
  readonly pidFile: string;
}): Promise<Keeper> {
  const lock = join(tmpdir(), "denyscope-lab.lock");
  const script = join(import.meta.dirname, "keeper.sh");
  const wait = ["--exclusive", "--timeout", `${lockSecondsMax}`];
  const conflict = ["--conflict-exit-code", `${lockConflict}`];
  const keep = ["sh", script, options.namespaces, options.configuration, options.pidFile];
  const keeper = spawn("flock", [...wait, ...conflict, lock, ...keep], {
    stdio: ["pipe", "pipe", "pipe"],
    // Ctrl-C in a terminal must reach the test only, so that the keeper lives to clean up.
    detached: true,
  });
  const exited = once(keeper, "exit");
  let complaints = "";
  keeper.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    complaints += chunk;
  });
  keeper.stdin.on("error", () => {});
  const started = once(keeper.stdout.setEncoding("utf8"), "data").then(([pid]) => Number(pid));
  const rsyslogdPid = await Promise.race([started, exited.then(() => undefined)]);
  if (rsyslogdPid === undefined) {
    throw new Error(
      keeper.exitCode === lockConflict
        ? `Cannot start the lab: another has held ${lock} for ${lockSecondsMax} s`
        : `Cannot start the lab: ${complaints.trim()}`,
    );
  }
  return {
    rsyslogdPid,
    complaints: () => complaints,
    async stop() {
      keeper.stdin.end();
      await exited;
      if (keeper.exitCode !== 0) {
        throw new Error(`Cannot undo the lab: ${complaints.trim()}`);
      }
    },
  };
}
