import { spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The lab's, which reads the same log: see test/end-to-end/lab/keeper.ts. */
const lock = join(tmpdir(), "denyscope-lab.lock");

const LOCK_SECONDS_MAX = 300;

/** Keeps other tests from reading the kernel's log while one fills its buffer. */
export async function lockKernelLog(): Promise<AsyncDisposable> {
  const turn = ["--exclusive", "--timeout", `${LOCK_SECONDS_MAX}`, lock];
  const holder = spawn("flock", [...turn, "sh", "-c", "echo held; cat"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const exited = once(holder, "exit");
  await Promise.race([once(holder.stdout, "data"), exited]);
  if (holder.exitCode !== null) throw new Error(`Cannot lock "${lock}": flock failed`);
  return {
    async [Symbol.asyncDispose]() {
      holder.stdin.end();
      await exited;
    },
  };
}
