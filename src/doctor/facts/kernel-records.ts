import { kernelBufferNeeds, kernelBufferPath } from "../../follow/messages/kernel-source.ts";
import type { Machine } from "../machine.ts";
import { bufferedRecords, type KernelRecord } from "./buffered-records.ts";

/** Messages of the kernel, the newest last, by a way that no syslog daemon is part of. */
export type KernelRecords =
  | {
      readonly state: "seen";
      readonly from: string;
      readonly records: readonly KernelRecord[];
    }
  | { readonly state: "hidden"; readonly needs: string };

const JOURNAL_ENTRIES_MAX = "500";

export async function kernelRecords(machine: Machine): Promise<KernelRecords> {
  const buffered = bufferedRecords(machine.path(kernelBufferPath));
  if (buffered !== undefined) return { state: "seen", from: kernelBufferPath, records: buffered };
  const entries = await fromJournal(machine);
  if (entries !== undefined) return { state: "seen", from: "the journal", records: entries };
  return { state: "hidden", needs: `${kernelBufferPath}: ${kernelBufferNeeds}` };
}

type Entry = { readonly MESSAGE?: unknown; readonly _SOURCE_MONOTONIC_TIMESTAMP?: string };

async function fromJournal(machine: Machine): Promise<readonly KernelRecord[] | undefined> {
  const question = ["--quiet", "--boot", `--lines=${JOURNAL_ENTRIES_MAX}`, "--output=json"];
  const trusted = ["_TRANSPORT=kernel", "SYSLOG_FACILITY=0"];
  const ran = await machine.run("journalctl", [...question, ...trusted]);
  if (ran.state !== "done" || ran.output === "") return undefined;
  return ran.output
    .trimEnd()
    .split("\n")
    .flatMap((line) => {
      const { MESSAGE: text, _SOURCE_MONOTONIC_TIMESTAMP: uptime } = JSON.parse(line) as Entry;
      // Of bytes that are no text it makes a list of numbers.
      if (typeof text !== "string" || uptime === undefined) return [];
      return [{ uptime: Number(uptime), text: Buffer.from(text).toString("latin1") }];
    });
}
