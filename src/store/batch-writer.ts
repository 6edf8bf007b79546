import type Database from "better-sqlite3";
import type { CountedBatch, OpenedAttempts, TransactionEnd } from "../model/counted-batch.ts";
import type { FlowBounds } from "../model/flow-bounds.ts";
import type { PodChanges } from "../model/known-pod.ts";
import type { NodeAddresses } from "../model/node-addresses.ts";
import { podInterfaceDefaults } from "../model/pod-interface.ts";
import type { PrefixSettings } from "../model/prefix-meaning.ts";
import type { DestinationProgress, SpooledNotice, SpoolPlan } from "../model/spool.ts";
import type { Retention } from "../model/retention.ts";
import { AttemptsWriter } from "./attempts-writer.ts";
import { CountsWriter } from "./counts-writer.ts";
import { FlowIndex } from "./flow-index.ts";
import { FlowRows } from "./flow-rows.ts";
import { FoldingRows } from "./folding-rows.ts";
import { FollowUpsWriter } from "./follow-ups-writer.ts";
import { startLog } from "./journal.ts";
import { LeaseWriter } from "./names/lease-writer.ts";
import { keepNodeAddresses } from "./names/node-addresses.ts";
import { PodRows } from "./names/pod-rows.ts";
import { PrefixRows } from "./prefix-rows.ts";
import { RecentWriter } from "./recent-writer.ts";
import { SessionNames } from "./session-names.ts";
import { type RowLookup, type RowsOfSession, SessionRows } from "./session-rows.ts";
import type { SessionFlows } from "./retention/unused-flows.ts";
import { SourceWriter } from "./source-writer.ts";
import type { SpoolKeeper } from "./spool/spool-keeper.ts";
import { SpoolWriter } from "./spool/spool-writer.ts";
import type { ShortestSpan } from "./writer-messages.ts";

/**
 * Writes counted batches: checkpoint, counts, attempts, recent denials, tally and losses in one
 * transaction, so that after a crash at any moment each line counts once. A transaction may hold
 * several batches; each is written as it comes, while the next is still being counted.
 */
export class BatchWriter implements SessionFlows {
  /** Counting sessions that have begun here. */
  sessions = 0;
  readonly #database: Database.Database;
  readonly #flowIndex: FlowIndex;
  readonly #names: SessionNames;
  readonly #flowRows: FlowRows;
  readonly #session: RowsOfSession;
  readonly #counts: CountsWriter;
  readonly #followUps: FollowUpsWriter;
  readonly #attempts: AttemptsWriter;
  readonly #recent: RecentWriter;
  readonly #sources: SourceWriter;
  readonly #leases: LeaseWriter;
  readonly #pods: PodRows;
  readonly #spool: SpoolWriter | undefined;
  readonly #begin: Database.Statement;
  readonly #commit: Database.Statement;
  readonly #rollback: Database.Statement;
  readonly #isPrivate: boolean;
  /** What gives the rows of the sessions that the open transaction has batches of. */
  readonly #lookups = new Map<number, RowLookup>();
  #hasLog = false;
  #restore: (() => void)[] = [];

  /** `answer` is for a private database: what only another process would read is left out. */
  constructor(
    database: Database.Database,
    settings: PrefixSettings & {
      readonly retention?: Retention;
      readonly flowBounds?: FlowBounds | undefined;
      readonly spool?: SpoolPlan | undefined;
      readonly podInterfaces?: readonly string[];
    },
    answer?: { readonly shortestSpan: ShortestSpan },
  ) {
    this.#database = database;
    this.#isPrivate = answer !== undefined;
    this.#flowIndex = new FlowIndex(database);
    const prefixes = new PrefixRows(database, settings);
    const names = new SessionNames(database, prefixes);
    this.#names = names;
    this.#flowRows = new FlowRows(database, this.#flowIndex);
    this.#counts = new CountsWriter(database, answer?.shortestSpan);
    const { flowBounds: bounds } = settings;
    this.#session =
      bounds === undefined
        ? new SessionRows(names, this.#flowRows)
        : new FoldingRows(database, {
            bounds,
            names,
            flowRows: this.#flowRows,
            settle: () => this.#counts.settle(),
          });
    this.#followUps = new FollowUpsWriter(database, answer?.shortestSpan);
    this.#attempts = new AttemptsWriter(database);
    this.#recent = new RecentWriter(database, settings.retention?.databaseBytesMax);
    this.#sources = new SourceWriter(database);
    const { spool, podInterfaces = podInterfaceDefaults } = settings;
    this.#leases = new LeaseWriter(database, podInterfaces);
    this.#pods = new PodRows(database);
    if (spool !== undefined) this.#spool = new SpoolWriter(database, spool, Date.now() * 1000);
    this.#begin = database.prepare("BEGIN IMMEDIATE");
    this.#commit = database.prepare("COMMIT");
    this.#rollback = database.prepare("ROLLBACK");
  }

  get flowsInUse(): readonly number[] {
    return this.#session.flowsInUse;
  }

  /** Packets of the last transaction in rows that fold many flows. */
  get folded(): number {
    return this.#session.folded;
  }

  /** For a long run, which has many sessions: its size does not jump when the second begins. */
  prepareForSessions(): void {
    this.#flowIndex.need();
  }

  /** What there is to do for the spool between transactions. */
  get spoolKeeper(): SpoolKeeper | undefined {
    return this.#spool?.keeper;
  }

  openedAttempts(): OpenedAttempts[] {
    return this.#attempts.load();
  }

  /** Starts the transaction of one commit. */
  begin(): void {
    this.#restore = [
      this.#names.snapshot(),
      this.#session.snapshot(),
      () => this.#flowRows.discard(),
      this.#sources.snapshot(),
      this.#leases.snapshot(),
    ];
    this.#begin.run();
  }

  /** Adds a batch to the open transaction. `now` is microseconds since the epoch. */
  write(batch: CountedBatch, now: number): void {
    if (batch.startsSession) this.sessions++;
    this.#names.add(batch);
    this.#flowRows.begin(batch);
    const { minutes, followUps, rowOf } = this.#session.place(batch);
    this.#counts.add(minutes, rowOf);
    this.#spool?.addCounts(minutes, rowOf);
    this.#leases.add(batch, (index) => this.#names.node(index));
    this.#followUps.add(followUps, rowOf);
    if (batch.followUps.count > 0) this.#flowIndex.want();
    const source = this.#sources.write(batch.progress, now, (index) => this.#names.prefix(index));
    this.#spool?.addBatch(batch, source, now);
    this.#lookups.set(batch.session, this.#session.flowLookup());
  }

  /** Keeps which pods have come and gone. */
  changePods(changes: PodChanges): void {
    this.#pods.change(changes);
  }

  keepAddresses(seen: NodeAddresses): void {
    keepNodeAddresses(this.#database, seen);
  }

  /** Spools what the agent has to say of itself. */
  addNotice(notice: SpooledNotice, now: number): void {
    this.#spool?.addNotice(notice, now);
  }

  deliver(progress: DestinationProgress, now: number): void {
    this.#spool?.deliver(progress, now);
  }

  /** Adds what is known only when a transaction ends. */
  writeEnd({ opened, recent }: TransactionEnd): void {
    if (this.#isPrivate) this.#attempts.writeUpperBound(opened);
    else this.#attempts.write(opened);
    for (const each of recent) this.#recent.add(each, this.#lookups.get(each.session)!);
  }

  /** Ends the transaction: all of its batches are on disk, or none when this throws. */
  commit(): void {
    this.#counts.flush();
    this.#session.flush();
    this.#leases.flush();
    this.#recent.flush();
    this.#spool?.flush();
    this.#flowIndex.flush();
    this.#commit.run();
    // A private database goes with its only transaction.
    if (!this.#isPrivate && !this.#hasLog) this.#hasLog = startLog(this.#database);
    this.#restore = [];
    this.#lookups.clear();
  }

  /** Undoes the open transaction; its batches may be written again. */
  rollback(): void {
    if (this.#database.inTransaction) this.#rollback.run();
    for (const restore of this.#restore) restore();
    this.#flowIndex.discard();
    this.#counts.discard();
    this.#recent.discard();
    this.#spool?.discard();
    this.#lookups.clear();
  }
}
