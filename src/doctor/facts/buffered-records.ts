import { KernelBuffer } from "../../follow/messages/kernel-buffer.ts";

/** One message of the kernel. */
export type KernelRecord = {
  /** Microseconds since boot, by the clock of the kernel's messages. */
  readonly uptime: number;
  /** Each byte a character. */
  readonly text: string;
};

/** What the kernel itself wrote to its buffer; undefined where that may not be read. */
export function bufferedRecords(path: string): readonly KernelRecord[] | undefined {
  try {
    using buffer = new KernelBuffer(path);
    const records: KernelRecord[] = [];
    for (let record = buffer.read(); record !== undefined; record = buffer.read()) {
      const { writer, uptime, text } = record;
      if (writer === "kernel") records.push({ uptime, text: Buffer.from(text).toString("latin1") });
    }
    return records;
  } catch {
    return undefined;
  }
}
