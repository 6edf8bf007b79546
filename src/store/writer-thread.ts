// The one thread that writes: better-sqlite3 is synchronous, and a slow disk must not stop reading.
import { parentPort, receiveMessageOnPort } from "node:worker_threads";
import type Database from "better-sqlite3";
import { BatchWriter } from "./batch-writer.ts";
import { knownSources } from "./known-sources.ts";
import { announceHolder, DatabaseLock } from "./lock.ts";
import { explain, openForWriting } from "./open.ts";
import { keepNote, readNotes } from "./notes.ts";
import { explainPrivate, openPrivate } from "./private-database.ts";
import { spoolBytes } from "./spool-bytes.ts";
import type { FromWriter, ToWriter, WriterOptions } from "./writer-messages.ts";

const port = parentPort;
if (port === null) throw new Error("Cannot run the writer outside a worker thread");

function send(message: FromWriter): void {
  port?.postMessage(message);
}

type Work = Extract<ToWriter, { kind: "write" | "note" | "commit" }>;

class WriterThread {
  readonly #options: WriterOptions;
  readonly #database: Database.Database;
  readonly #lock: DatabaseLock | undefined;
  readonly #writer: BatchWriter;
  /** Work of the open transaction, and how much of it is done. */
  #work: Work[] = [];
  #done = 0;
  #reported = 0;
  #isOpen = false;
  /** Commits asked for and not yet done. */
  #commits = 0;
  #hasFailed = false;

  constructor(options: WriterOptions) {
    this.#options = options;
    const { path, role } = options;
    // Opened first: the lock lies beside the database, in a folder that this makes.
    this.#database = role === "answer" ? openPrivate(path) : openForWriting(path);
    try {
      if (role === "answer") {
        this.#writer = new BatchWriter(this.#database, options, options);
      } else {
        this.#lock = new DatabaseLock(path);
        announceHolder(this.#database, { role, pid: process.pid });
        this.#writer = new BatchWriter(this.#database, options);
      }
    } catch (error) {
      this.#database.close();
      throw error;
    }
    const sources = knownSources(this.#database);
    const openedAttempts = this.#writer.openedAttempts();
    const notes = readNotes(this.#database);
    const spooled = spoolBytes(this.#database);
    send({ kind: "opened", sources, openedAttempts, notes, spoolBytes: spooled });
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
      case "commit":
        this.#work.push(message);
        break;
      case "retry":
        this.#hasFailed = false;
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
      if (work.kind === "commit") this.#writer.writeEnd(work.end);
      else if (work.kind === "note") keepNote(this.#database, work);
      else this.#writer.write(work.batch, Date.now() * 1000);
      // Work that is done again after a failure was reported the first time.
      if (this.#done < this.#reported) continue;
      this.#reported++;
      if (work.kind === "commit") this.#commits++;
      else if (work.kind === "write") batches++;
    }
    send({ kind: "written", batches });
    if (!this.#options.retries) this.#forgetWork();
  }

  #commit(): void {
    if (!this.#isOpen) return;
    this.#writer.commit();
    this.#isOpen = false;
    this.#forgetWork();
    send({ kind: "committed", commits: this.#commits });
    this.#commits = 0;
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
      this.#writer.rollback();
      send({ kind: "failed", message: messageOf(error, this.#options) });
    }
  }

  #close(): void {
    this.#database.close();
    this.#lock?.[Symbol.dispose]();
    send({ kind: "closed" });
    port?.close();
  }
}

function messageOf(error: unknown, { role, path }: WriterOptions): string {
  return (role === "answer" ? explainPrivate(error, path) : explain(error, path)).message;
}

function nextMessage(): ToWriter | undefined {
  return port === null ? undefined : (receiveMessageOnPort(port)?.message as ToWriter | undefined);
}

port.once("message", ({ options }: Extract<ToWriter, { kind: "open" }>) => {
  try {
    const writer = new WriterThread(options);
    port.on("message", (message: ToWriter) => writer.receive(message));
  } catch (error) {
    send({ kind: "refused", message: messageOf(error, options) });
    port.close();
  }
});
