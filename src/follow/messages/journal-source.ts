import { BackOff, wait } from "./back-off.ts";
import { ChildOutput } from "./child-output.ts";
import { ExportReader, journalFields } from "./export-reader.ts";
import { JournalReading, type JournalReadingSettings } from "./journal-reading.ts";
import type { SourceBatch, SourceEvents } from "./source-batch.ts";

export const journalName = "journald";
const RETRY_MS_MAX = 30_000;
export const journalNeeds =
  "it needs the program journalctl (systemd 236 or newer) and the group systemd-journal or adm";

export type JournalOptions = JournalReadingSettings & {
  readonly signal: AbortSignal;
  readonly events: SourceEvents;
  /** Lines that come within this time make one batch. */
  readonly gatherMs: number;
  readonly retryMsMin: number;
  readonly program?: string;
  /** Further arguments of journalctl, such as --directory. */
  readonly parameters?: readonly string[];
};

/**
 * What the kernel wrote, and what journald says of messages that it missed: batches of lines until
 * the signal, each message once. journalctl runs twice: over what is there, of every boot, and then
 * from there on with --follow, which since systemd 250 shows the running boot only.
 */
export async function* followJournal(options: JournalOptions): AsyncGenerator<SourceBatch> {
  const { signal, events } = options;
  const backOff = new BackOff(options.retryMsMin, RETRY_MS_MAX);
  using reading = new JournalReading(options);
  events.sourceOpened(journalName, reading.place.join(" "));
  while (!signal.aborted) {
    const before = reading.entries;
    reading.expectKnown();
    let failure = yield* run(reading, false, options);
    if (failure === undefined && reading.missesKnown) failure = "it shows no entry at all";
    else failure ??= (yield* run(reading, true, options)) ?? "journalctl ended by itself";
    if (signal.aborted) return;
    if (reading.entries > before) backOff.reset();
    const retryMs = backOff.next();
    const reason = `Cannot read the journal: ${failure}; ${journalNeeds}`;
    events.sourceFailed(journalName, reason, retryMs);
    await wait(retryMs, signal);
  }
}

/** One run of journalctl, to its end or the signal. Returns why it failed, if it did. */
async function* run(
  reading: JournalReading,
  isLive: boolean,
  { signal, gatherMs, program = "journalctl", parameters = [] }: JournalOptions,
): AsyncGenerator<SourceBatch, string | undefined> {
  const follow = isLive ? ["--follow", "--no-tail"] : [];
  const form = ["--quiet", "--output=export", `--output-fields=${journalFields.join(",")}`];
  const trusted = ["_TRANSPORT=kernel", "_TRANSPORT=driver"];
  const all = [...parameters, ...form, ...follow, ...reading.place, ...trusted];
  await using output = new ChildOutput(program, all);
  const reader = new ExportReader();
  let gatherEnd = Number.POSITIVE_INFINITY;
  while (true) {
    const taken = await output.take(gatherEnd - performance.now(), signal);
    if (taken instanceof Buffer) {
      for (const entry of reader.push(taken)) {
        reading.add(entry);
        if (reading.isFull) yield reading.take(isLive)!;
      }
      if (isLive && !reading.isEmpty) gatherEnd = Math.min(gatherEnd, performance.now() + gatherMs);
      if (performance.now() < gatherEnd && !signal.aborted) continue;
    }
    const batch = reading.take(isLive);
    if (batch !== undefined) yield batch;
    gatherEnd = Number.POSITIVE_INFINITY;
    if (signal.aborted) return undefined;
    if (taken !== undefined && "failure" in taken) return taken.failure;
  }
}
