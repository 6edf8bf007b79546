import type Database from "better-sqlite3";
import type { CountedBatch, CountRows, Loss } from "../../model/counted-batch.ts";
import { lossReasonHelp } from "../../model/line-kind.ts";
import type { DestinationProgress, SpooledNotice, SpoolPlan } from "../../model/spool.ts";
import { firstStart } from "../first-start.ts";
import { packRecords } from "./chunk-body.ts";
import { ContentIds } from "./content-id.ts";
import { DestinationRows } from "./destination-rows.ts";
import { FlowDeltas } from "./flow-deltas.ts";
import { SpoolKeeper } from "./spool-keeper.ts";
import { SpoolRows } from "./spool-rows.ts";

/** Spools what is to be sent, in the transaction of the counts that it comes from. */
export class SpoolWriter {
  /** What there is to do between transactions. */
  readonly keeper: SpoolKeeper;
  readonly #contents: ContentIds;
  readonly #destinations: DestinationRows;
  readonly #rows: SpoolRows;
  readonly #deltas: FlowDeltas | undefined;

  /** `now` is microseconds since the epoch. */
  constructor(database: Database.Database, plan: SpoolPlan, now: number) {
    this.#contents = new ContentIds(database);
    this.#destinations = new DestinationRows(database, plan.destinations, now);
    this.#rows = new SpoolRows(database, plan.node);
    const { flows, history, intervalMinutes } = plan;
    const since = history ? Number.NEGATIVE_INFINITY : firstStart(database, now);
    if (flows) this.#deltas = new FlowDeltas(database, intervalMinutes, since);
    this.keeper = new SpoolKeeper(database, plan, this.#rows, this.#destinations);
  }

  /** Denials and losses of a batch, whose source is a row of `sources`. */
  addBatch(
    { events, progress }: Pick<CountedBatch, "events" | "progress">,
    source: number,
    now: number,
  ): void {
    const { checkpoint, losses } = progress;
    for (const { count: records, body } of events) {
      const content = this.#contents.of(source, checkpoint.begunAt);
      this.#rows.add({ kind: "events", records, content, body }, now);
    }
    if (losses.length === 0) return;
    const notices = losses.map((loss) => lossNotice(loss, checkpoint.path, now));
    this.#addNotices(notices, now);
  }

  /** Counts of flows in minutes; `rowOf` gives the row of a flow. */
  addCounts(minutes: CountRows, rowOf: (index: number) => number): void {
    this.#deltas?.add(minutes, rowOf);
  }

  addNotice(notice: SpooledNotice, now: number): void {
    this.#addNotices([notice], now);
  }

  deliver(progress: DestinationProgress, now: number): void {
    this.#destinations.moveOn(progress, now);
  }

  /** Before the commit. */
  flush(): void {
    this.#deltas?.flush();
  }

  /** Forgets what the transaction added, for it was undone. */
  discard(): void {
    this.#deltas?.discard();
    this.#rows.reload();
  }

  #addNotices(notices: readonly SpooledNotice[], now: number): void {
    const body = packRecords(notices);
    this.#rows.add({ kind: "notices", records: notices.length, content: "", body }, now);
  }
}

function lossNotice(loss: Loss, path: string, now: number): SpooledNotice {
  const { reason, lines, bytes, offset, fromTime, toTime, detail } = loss;
  const known = { path, reason, offset, lines, bytes, fromTime, toTime, detail };
  const details = Object.entries(known).filter(
    (entry): entry is [string, string | number] => entry[1] !== undefined && entry[1] !== "",
  );
  return {
    notice: "loss",
    text: `Lines are lost: ${lossReasonHelp[reason]}`,
    time: now,
    details: Object.fromEntries(details),
  };
}
