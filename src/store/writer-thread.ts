// The one thread that writes: better-sqlite3 is synchronous, and a slow disk must not stop reading.
import { parentPort, receiveMessageOnPort } from "node:worker_threads";
import type Database from "better-sqlite3";
import { freeArray } from "../model/free-array.ts";
import { BatchWriter } from "./batch-writer.ts";
import { markDamaged } from "./damage.ts";
import { firstStart } from "./first-start.ts";
import { knownSources } from "./known-sources.ts";
import { startLog } from "./journal.ts";
import { announceHolder, type DatabaseLock } from "./lock.ts";
import { keepNote, readNotes } from "./notes.ts";
import { explain } from "./open.ts";
import { closeUntouched, openOwn, openSound, type OwnDatabase } from "./open-own.ts";
import { explainPrivate, openPrivate } from "./private-database.ts";
import { Upkeep } from "./upkeep.ts";
import { describeFault, isFatal, type WriteFault, writeFaultOf } from "./write-fault.ts";
import type { FromWriter, ToWriter, WriterOptions } from "./writer-messages.ts";

const port = parentPort;
if (port === null) throw new Error("Cannot run the writer outside a worker thread");

function send(message: FromWriter): void {
  port?.postMessage(message);
}

const keepsAll = { keep: undefined, databaseBytesMax: Number.POSITIVE_INFINITY };

type Work = Extract<
  ToWriter,
  { kind: "write" | "note" | "notice" | "delivered" | "pods" | "addresses" | "commit" }
>;

/** How often a database that nobody writes to is looked after. */
const UPKEEP_EVERY_MS = 10_000;

class WriterThread {
  readonly #options: WriterOptions;
  readonly #database: Database.Database;
  readonly #lock: DatabaseLock | undefined;
  readonly #writer: BatchWriter;
  readonly #upkeep: Upkeep | undefined;
  /** Work of the open transaction, and how much of it is done. */
  #work: Work[] = [];
  #done = 0;
  #reported = 0;
  #isOpen = false;
  /** Commits asked for and not yet done. */
  #commits = 0;
  #hasFailed = false;
  #isBroken = false;
  #isClosed = false;
  #toldSpool = { bytes: 0, last: 0 };

  constructor(options: WriterOptions) {
    this.#options = options;
    const { path, role } = options;
    const opened: Partial<OwnDatabase> & Pick<OwnDatabase, "database"> =
      role === "answer"
        ? { database: openPrivate(path) }
        : role === "agent"
          ? openSound(path, Date.now())
          : openOwn(path);
    this.#database = opened.database;
    this.#lock = opened.lock;
    try {
      if (role === "answer") {
        this.#writer = new BatchWriter(this.#database, options, options);
      } else {
        // People look at an agent's database from the beginning.
        if (role === "agent") startLog(this.#database);
        announceHolder(this.#database, { role, pid: process.pid });
        this.#writer = new BatchWriter(this.#database, options);
        if (role === "agent") this.#writer.prepareForSessions();
        this.#upkeep = new Upkeep(this.#database, {
          role,
          retention: options.retention ?? keepsAll,
          session: this.#writer,
          spool: this.#writer.spoolKeeper,
          tell: (event) => send({ kind: "event", event }),
        });
        setInterval(() => this.#look(), UPKEEP_EVERY_MS).unref();
      }
    } catch (error) {
      this.#database.close();
      throw error;
    }
    send({
      kind: "opened",
      sources: knownSources(this.#database),
      openedAttempts: this.#writer.openedAttempts(),
      notes: readNotes(this.#database),
      firstStart: role === "agent" ? firstStart(this.#database, Date.now() * 1000) : 0,
      damage: opened.damage,
    });
  }

  receive(message: ToWriter): void {
    const messages = [message];
    for (let next = nextMessage(); next !== undefined; next = nextMessage()) messages.push(next);
    // Transactions that came while the last commit ran are committed as one: fewer syncs. What
    // follows the last commit belongs to the next transaction.
    const last = messages.findLastIndex(({ kind }) => kind === "commit" || kind === "retry");
    for (const [index, each] of messages.entries()) {
      this.#take(each);
      if (index === last) this.#attempt(() => this.#commit());
    }
  }

  #take(message: ToWriter): void {
    switch (message.kind) {
      case "open":
        throw new Error("Cannot open a second database");
      case "write":
      case "note":
      case "notice":
      case "delivered":
      case "pods":
      case "addresses":
      case "commit":
        this.#work.push(message);
        break;
      case "retry":
        this.#hasFailed = this.#isBroken;
        break;
      case "close":
        this.#close();
        return;
    }
    this.#attempt(() => this.#catchUp());
  }

  /** Does what waits, in the open transaction. */
  #catchUp(): void {
    let batches = 0;
    for (; this.#done < this.#work.length; this.#done++) {
      const work = this.#work[this.#done]!;
      if (!this.#isOpen) this.#writer.begin();
      this.#isOpen = true;
      this.#do(work);
      // Work that is done again after a failure was reported the first time.
      if (this.#done < this.#reported) continue;
      this.#reported++;
      if (work.kind === "commit") this.#commits++;
      else if (work.kind === "write") batches++;
    }
    send({ kind: "written", batches });
    if (!this.#options.retries) this.#forgetWork();
  }

  #do(work: Work): void {
    const now = Date.now() * 1000;
    switch (work.kind) {
      case "write":
        return this.#writer.write(work.batch, now);
      case "note":
        return keepNote(this.#database, work);
      case "notice":
        return this.#writer.addNotice(work.notice, now);
      case "delivered":
        return this.#writer.deliver(work.progress, now);
      case "pods":
        return this.#writer.changePods(work.changes);
      case "addresses":
        return this.#writer.keepAddresses(work.seen);
      case "commit":
        return this.#writer.writeEnd(work.end);
    }
  }

  #commit(): void {
    if (!this.#isOpen) return;
    this.#upkeep?.beforeCommit();
    this.#writer.commit();
    this.#isOpen = false;
    for (const work of this.#work) releaseWork(work);
    this.#forgetWork();
    send({ kind: "committed", commits: this.#commits });
    const { folded: packets } = this.#writer;
    if (packets > 0) send({ kind: "event", event: { name: "folded", packets } });
    this.#commits = 0;
    if (this.#upkeep === undefined) return;
    this.#upkeep.afterCommit();
    if (this.#upkeep.wantsNewSession) send({ kind: "sessionUnwanted" });
    this.#tellSpool();
    this.#look();
  }

  /** Looks after the database between transactions, a little at a time: batches go first. */
  #look(): void {
    if (this.#isOpen || this.#isClosed) return;
    this.#attempt(() => {
      if (this.#upkeep?.look() === true) setImmediate(() => this.#look());
      this.#tellSpool();
    });
  }

  #tellSpool(): void {
    const { spoolKeeper: spool } = this.#writer;
    if (spool === undefined) return;
    const { bytes, last } = spool;
    if (bytes === this.#toldSpool.bytes && last === this.#toldSpool.last) return;
    this.#toldSpool = { bytes, last };
    send({ kind: "event", event: { name: "spooled", bytes, last } });
  }

  #forgetWork(): void {
    this.#work = [];
    this.#done = 0;
    this.#reported = 0;
  }

  /** After a failure nothing is tried before somebody says so: batches keep their order. */
  #attempt(task: () => void): void {
    if (this.#hasFailed) return;
    try {
      task();
    } catch (error) {
      this.#hasFailed = true;
      this.#done = 0;
      this.#isOpen = false;
      const fault = this.#undo(error);
      this.#isBroken = isFatal(fault);
      send({
        kind: "failed",
        message: messageOf(error, this.#options, fault),
        isFatal: this.#isBroken,
      });
    }
  }

  /** Ends the open transaction, so that the work can be done again; tells what was wrong. */
  #undo(error: unknown): WriteFault {
    const { path, role } = this.#options;
    if (role === "answer") {
      this.#writer.rollback();
      return "other";
    }
    const fault = writeFaultOf(error, path);
    try {
      this.#writer.rollback();
      this.#upkeep?.afterFailure(fault);
    } catch (second) {
      const secondFault = writeFaultOf(second, path);
      if (isFatal(secondFault)) return secondFault;
    }
    if (fault === "damaged" && role === "agent") markDamaged(path, String(error));
    return fault;
  }

  #close(): void {
    this.#isClosed = true;
    if (!this.#isBroken) this.#upkeep?.beforeEnd();
    if (this.#upkeep === undefined) this.#database.close();
    else closeUntouched(this.#database);
    this.#lock?.[Symbol.dispose]();
    send({ kind: "closed" });
    port?.close();
  }
}

function messageOf(error: unknown, { role, path }: WriterOptions, fault: WriteFault): string {
  if (role === "answer") return explainPrivate(error, path).message;
  return describeFault(fault, error, path) ?? explain(error, path).message;
}

/**
 * Gives back the memory of what is on disk: the garbage collector, which does not see how much it
 * is, would take its time. Keys of flows are the session's.
 */
function releaseWork(work: Work): void {
  if (work.kind === "write") {
    const { minutes, followUps } = work.batch;
    for (const columns of [minutes, followUps]) releaseViews(columns);
  } else if (work.kind === "commit") {
    const { opened, recent } = work.end;
    for (const columns of [opened.connections, opened.copies, ...recent]) releaseViews(columns);
  }
}

function releaseViews(columns: object): void {
  for (const view of Object.values(columns)) {
    if (ArrayBuffer.isView(view)) freeArray(view);
  }
}

function nextMessage(): ToWriter | undefined {
  return port === null ? undefined : (receiveMessageOnPort(port)?.message as ToWriter | undefined);
}

port.once("message", ({ options }: Extract<ToWriter, { kind: "open" }>) => {
  try {
    const writer = new WriterThread(options);
    port.on("message", (message: ToWriter) => writer.receive(message));
  } catch (error) {
    send({ kind: "refused", message: messageOf(error, options, "other") });
    port.close();
  }
});
