import type { BatchBuffers } from "../batch-buffers.ts";
import type { JournalEntry } from "./export-reader.ts";
import { readJournalCursor } from "./journal-cursor.ts";
import type { MessageWriter } from "./kernel-line.ts";
import { MessageBatch } from "./message-batch.ts";
import type { SourceBatch, SourceStart } from "./source-batch.ts";

const MICROS = 1_000_000;
const KERNEL_FACILITY = "0";

export type JournalReadingSettings = {
  readonly start: SourceStart;
  readonly offset: number;
  readonly buffers: BatchBuffers;
  /** As /proc/sys/kernel/random/boot_id says. */
  readonly bootId: string;
};

/** How far the journal is read, over all the runs of journalctl. */
export class JournalReading implements Disposable {
  /** Entries that were taken. */
  entries = 0;
  readonly #settings: JournalReadingSettings;
  readonly #batch: MessageBatch;
  #cursor: string;
  /** The next entry should be the one at the cursor. */
  #awaitsKnown = false;

  constructor(settings: JournalReadingSettings) {
    this.#settings = settings;
    this.#batch = new MessageBatch(settings.buffers, settings.offset);
    this.#cursor = settings.start.from === "cursor" ? settings.start.cursor : "";
  }

  /** A run over what is there begins: the last entry that was counted comes first, if it is. */
  expectKnown(): void {
    this.#awaitsKnown = this.#cursor !== "";
  }

  /** Not even the last entry that was counted has come. */
  get missesKnown(): boolean {
    return this.#awaitsKnown;
  }

  get isEmpty(): boolean {
    return this.#batch.isEmpty;
  }

  get isFull(): boolean {
    return this.#batch.isFull;
  }

  /** Where journalctl begins, as its arguments. */
  get place(): readonly string[] {
    const { start, bootId } = this.#settings;
    if (this.#cursor !== "") return [`--cursor=${this.#cursor}`];
    if (start.from === "time" || start.from === "end")
      return [`--since=@${(start.time / MICROS).toFixed(6)}`];
    return [`_BOOT_ID=${bootId.trim().replaceAll("-", "")}`];
  }

  add(entry: Readonly<JournalEntry>): void {
    if (this.#cursor !== "" && this.#isCounted(entry.cursor)) return;
    this.#cursor = entry.cursor;
    const writer = writerOf(entry);
    if (writer === undefined) return;
    this.entries++;
    const { host, realtime: time, monotonic: uptime, message: text } = entry;
    this.#batch.add({ writer, time, uptime, host, text }, entry.cursor);
  }

  take(isLive: boolean): SourceBatch | undefined {
    return this.#batch.take(isLive);
  }

  /** Whether an entry was counted before; where one is that should not be next, others are lost. */
  #isCounted(cursor: string): boolean {
    const isExpected = !this.#awaitsKnown;
    this.#awaitsKnown = false;
    // When journald moves its journal to the disk, entries take new numbers.
    if (identityOf(cursor) === identityOf(this.#cursor)) return true;
    const last = readJournalCursor(this.#cursor);
    const { numbering, number, time } = readJournalCursor(cursor);
    const isSameNumbering = numbering !== "" && numbering === last.numbering;
    if (isSameNumbering && number <= last.number) return true;
    // The numbers are those of all entries, whoever wrote them.
    const between = isSameNumbering ? number - last.number - 1 : undefined;
    if (isExpected || between === 0) return false;
    this.#batch.addLoss({
      reason: "rotated-unread",
      detail: "the journal was vacuumed or rotated before it was read",
      ...(between === undefined ? {} : { lines: between }),
      ...(last.time === 0 ? {} : { fromTime: last.time }),
      ...(time === 0 ? {} : { toTime: time }),
    });
    return false;
  }

  [Symbol.dispose](): void {
    this.#batch[Symbol.dispose]();
  }
}

/** Boot, time and hash of an entry: all of a cursor but its number. */
function identityOf(cursor: string): string {
  const boot = cursor.indexOf("b=");
  return boot < 0 ? cursor : cursor.slice(boot);
}

/** Undefined for what neither the kernel nor journald wrote. */
function writerOf({ transport, facility }: Readonly<JournalEntry>): MessageWriter | undefined {
  if (transport === "driver") return "journald";
  if (transport !== "kernel") return undefined;
  return facility === KERNEL_FACILITY ? "kernel" : "process";
}
