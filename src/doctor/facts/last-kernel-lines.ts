import { systemUptime } from "../../follow/messages/kernel-clock.ts";
import { kernelLineBytesMax, writeKernelLine } from "../../follow/messages/kernel-line.ts";
import { kernelBufferPath } from "../../follow/messages/kernel-source.ts";
import type { Machine } from "../machine.ts";
import { bufferedRecords } from "./buffered-records.ts";
import type { LastBytes } from "./log-summary.ts";

const LINES_MAX = 5000;

/** The last lines of a source that is no file; undefined where they cannot be read. */
export async function lastKernelLines(
  machine: Machine,
  kind: "file" | "journald" | "kmsg",
): Promise<LastBytes | undefined> {
  if (kind === "file") return undefined;
  const text = kind === "journald" ? await fromJournal(machine) : fromBuffer(machine);
  if (text === undefined) return undefined;
  // What is read comes to its end now.
  const modifiedAt = machine.now();
  const bytes = Buffer.from(text, "latin1");
  return { path: undefined, bytes, end: bytes.length, isWhole: false, modifiedAt, bornAt: 0 };
}

async function fromJournal(machine: Machine): Promise<string | undefined> {
  const form = ["--quiet", `--lines=${LINES_MAX}`, "--output=short-iso-precise"];
  const ran = await machine.run("journalctl", [...form, "_TRANSPORT=kernel"]);
  return ran.state === "done" ? ran.output : undefined;
}

/** As an agent that reads the buffer would write them. */
function fromBuffer(machine: Machine): string | undefined {
  const line = Buffer.allocUnsafe(kernelLineBytesMax);
  const booted = machine.now() - systemUptime();
  return bufferedRecords(machine.path(kernelBufferPath))
    ?.slice(-LINES_MAX)
    .map(({ uptime, text }) => {
      const message = { writer: "kernel", host: "-", uptime, time: booted + uptime } as const;
      const end = writeKernelLine({ ...message, text: Buffer.from(text, "latin1") }, line, 0);
      return line.toString("latin1", 0, end);
    })
    .join("");
}
