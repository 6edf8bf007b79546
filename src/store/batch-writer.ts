import type Database from "better-sqlite3";
import type { CountedBatch, OpenedAttempts, TransactionEnd } from "../model/counted-batch.ts";
import type { PrefixSettings } from "../model/prefix-meaning.ts";
import type { Retention } from "../model/retention.ts";
import { AttemptsWriter } from "./attempts-writer.ts";
import { CountsWriter } from "./counts-writer.ts";
import { FlowIndex } from "./flow-index.ts";
import { FollowUpsWriter } from "./follow-ups-writer.ts";
import { startLog } from "./journal.ts";
import { PrefixRows } from "./prefix-rows.ts";
import { RecentWriter } from "./recent-writer.ts";
import { SessionRows } from "./session-rows.ts";
import type { SessionFlows } from "./retention/unused-flows.ts";
import { SourceWriter } from "./source-writer.ts";
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
  readonly #session: SessionRows;
  readonly #counts: CountsWriter;
  readonly #followUps: FollowUpsWriter;
  readonly #attempts: AttemptsWriter;
  readonly #recent: RecentWriter;
  readonly #sources: SourceWriter;
  readonly #begin: Database.Statement;
  readonly #commit: Database.Statement;
  readonly #rollback: Database.Statement;
  readonly #isPrivate: boolean;
  #hasLog = false;
  #restore: (() => void)[] = [];

  /** `answer` is for a private database: what only another process would read is left out. */
  constructor(
    database: Database.Database,
    settings: PrefixSettings & { readonly retention?: Retention },
    answer?: { readonly shortestSpan: ShortestSpan },
  ) {
    this.#database = database;
    this.#isPrivate = answer !== undefined;
    this.#flowIndex = new FlowIndex(database);
    const prefixes = new PrefixRows(database, settings);
    this.#session = new SessionRows(database, this.#flowIndex, prefixes);
    this.#counts = new CountsWriter(database, answer?.shortestSpan);
    this.#followUps = new FollowUpsWriter(database, answer?.shortestSpan);
    this.#attempts = new AttemptsWriter(database);
    this.#recent = new RecentWriter(database, settings.retention?.databaseBytesMax);
    this.#sources = new SourceWriter(database);
    this.#begin = database.prepare("BEGIN IMMEDIATE");
    this.#commit = database.prepare("COMMIT");
    this.#rollback = database.prepare("ROLLBACK");
  }

  get flowsInUse(): readonly number[] {
    return this.#session.flowsInUse;
  }

  /** For a long run, which has many sessions: its size does not jump when the second begins. */
  prepareForSessions(): void {
    this.#flowIndex.need();
  }

  openedAttempts(): OpenedAttempts[] {
    return this.#attempts.load();
  }

  /** Starts the transaction of one commit. */
  begin(): void {
    this.#restore = [this.#session.snapshot(), this.#sources.snapshot()];
    this.#begin.run();
  }

  /** Adds a batch to the open transaction. `now` is microseconds since the epoch. */
  write(batch: CountedBatch, now: number): void {
    if (batch.startsSession) this.sessions++;
    this.#session.add(batch);
    const flowOf = this.#session.flowLookup();
    this.#counts.add(batch.minutes, flowOf);
    this.#followUps.add(batch.followUps, flowOf);
    if (batch.followUps.count > 0) this.#flowIndex.want();
    this.#sources.write(batch.progress, now, (index) => this.#session.prefix(index));
    for (const recent of batch.recent) this.#recent.add(recent, flowOf);
  }

  /** Adds what is known only when a transaction ends. */
  writeEnd({ opened, recent }: TransactionEnd): void {
    if (this.#isPrivate) this.#attempts.writeUpperBound(opened);
    else this.#attempts.write(opened);
    for (const each of recent) this.#recent.add(each, this.#session.flowLookup());
  }

  /** Ends the transaction: all of its batches are on disk, or none when this throws. */
  commit(): void {
    this.#counts.flush();
    this.#recent.flush();
    this.#flowIndex.flush();
    this.#commit.run();
    // A private database goes with its only transaction.
    if (!this.#isPrivate && !this.#hasLog) this.#hasLog = startLog(this.#database);
    this.#restore = [];
  }

  /** Undoes the open transaction; its batches may be written again. */
  rollback(): void {
    if (this.#database.inTransaction) this.#rollback.run();
    for (const restore of this.#restore) restore();
    this.#flowIndex.discard();
    this.#counts.discard();
    this.#recent.discard();
  }
}
