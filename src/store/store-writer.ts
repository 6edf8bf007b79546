import { Worker } from "node:worker_threads";
import type {
  Checkpoint,
  CountedBatch,
  OpenedAttempts,
  TransactionEnd,
} from "../model/counted-batch.ts";
import { entryBeside } from "../model/entry-beside.ts";
import type { PodChanges } from "../model/known-pod.ts";
import type { NodeAddresses } from "../model/node-addresses.ts";
import type { DestinationProgress, SpooledNotice } from "../model/spool.ts";
import type { CommitEvents } from "./commit-events.ts";
import type { Damage } from "./open-own.ts";
import type { StoreEvent } from "./store-event.ts";
import type { FromWriter, ToWriter, WriterOptions } from "./writer-messages.ts";

/** Batches handed over and not yet written: bounds the memory that they hold. */
const BATCHES_IN_FLIGHT_MAX = 2;

const thread = entryBeside(import.meta.url, "writer-thread");

/** Thrown when a commit failed: nothing of it was written. */
export class CommitFailed extends Error {
  override name = "CommitFailed";
}

/** Its garbage is short-lived columns: a small young generation keeps it in the cache. */
const resourceLimits = { maxYoungGenerationSizeMb: 6 };

/** A thread that has no database yet. */
export interface StartingWriter extends AsyncDisposable {
  /** @throws Error with one line for people when the database cannot be written to. */
  open(options: WriterOptions): Promise<StoreWriter>;
}

const opened = new WeakSet<Worker>();

/** The database, seen from the thread that counts: batches go in, and are committed in order. */
export class StoreWriter implements AsyncDisposable {
  readonly sources: readonly Checkpoint[];
  readonly openedAttempts: readonly OpenedAttempts[];
  /** What was wrong with the database that was there, where this one was begun in its stead. */
  readonly damage: Damage | undefined;
  onEvent: ((event: StoreEvent) => void) | undefined;
  /** Whether the session should end, so that flows which it knows can be removed. */
  wantsNewSession = false;
  /** Small facts that note() kept, by their keys. */
  readonly notes: Readonly<Record<string, string>>;
  /** When an agent used the database first, where one does; microseconds since the epoch. */
  readonly firstStart: number;
  events: CommitEvents | undefined;
  /**
   * Told why a commit failed, and expected to call retry() at some time; until then everybody
   * waits. Without it, a failure is thrown at whoever hands over the next batch.
   */
  onFailed: ((reason: string) => void) | undefined;
  readonly #worker: Worker;
  #inFlight = 0;
  /** When each commit was asked for that the thread has not answered, oldest first. */
  readonly #uncommitted: number[] = [];
  #failure: Error | undefined;
  readonly #broken = new AbortController();
  #wake: (() => void)[] = [];
  #closed = false;

  private constructor(worker: Worker, opened: Extract<FromWriter, { kind: "opened" }>) {
    this.#worker = worker;
    this.sources = opened.sources;
    this.openedAttempts = opened.openedAttempts;
    this.damage = opened.damage;
    this.notes = opened.notes;
    this.firstStart = opened.firstStart;
    worker.on("message", (message: FromWriter) => this.#receive(message));
    worker.on("error", (error) => this.#fail(error));
    worker.on("exit", () => {
      this.#closed = true;
      if (this.#uncommitted.length > 0)
        this.#fail(new Error("Cannot commit: the writer thread ended"));
      this.#wakeAll();
    });
  }

  /** Boots the thread, which takes as long as reading the settings: the two go side by side. */
  static start(): StartingWriter {
    const worker = new Worker(thread, { resourceLimits });
    return {
      open: (options) => StoreWriter.#open(worker, options),
      async [Symbol.asyncDispose]() {
        // An opened writer closes its thread itself; terminate() is for one that never was.
        if (!opened.has(worker)) await worker.terminate();
      },
    };
  }

  static async #open(worker: Worker, options: WriterOptions): Promise<StoreWriter> {
    const answer = new Promise<FromWriter>((resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", reject);
    });
    worker.postMessage({ kind: "open", options } satisfies ToWriter);
    const first = await answer;
    if (first.kind === "opened") {
      opened.add(worker);
      return new StoreWriter(worker, first);
    }
    throw new Error(first.kind === "refused" ? first.message : "Cannot start the writer thread");
  }

  /**
   * Waits until another batch may be handed over.
   *
   * @throws CommitFailed when an earlier batch could not be written.
   */
  async ready(): Promise<void> {
    await this.#until(() => this.#inFlight < BATCHES_IN_FLIGHT_MAX);
  }

  /** Whether counts of before were lost, so that what the logs still hold is to be read again. */
  get wasRebuilt(): boolean {
    return this.damage !== undefined;
  }

  /** Aborted when no later commit can succeed: the next await of this writer throws why. */
  get broken(): AbortSignal {
    return this.#broken.signal;
  }

  /** Whether another batch may be handed over. */
  get isReady(): boolean {
    return this.#failure === undefined && this.#inFlight < BATCHES_IN_FLIGHT_MAX;
  }

  /** Whether all that was committed is on disk. */
  get isFlushed(): boolean {
    return this.#failure === undefined && this.#uncommitted.length === 0;
  }

  /** Whether it has written all that was handed over. */
  get isIdle(): boolean {
    return this.#inFlight === 0;
  }

  /** Hands a batch over, at once: batches are written in the order of their indexes. */
  write(batch: CountedBatch): void {
    this.#inFlight++;
    if (batch.startsSession) this.wantsNewSession = false;
    const events = batch.events.flatMap(viewsOf);
    const { flows, minutes, followUps } = batch;
    this.#send({ kind: "write", batch }, [
      flows.words,
      minutes.values,
      followUps.values,
      ...events,
    ]);
  }

  /** Keeps a small fact with the next commit; see `notes`. */
  note(key: string, text: string): void {
    this.#send({ kind: "note", key, text });
  }

  /** Spools what the agent has to say of itself, with the next commit. */
  notice(notice: SpooledNotice): void {
    this.#send({ kind: "notice", notice });
  }

  /** Keeps how far a destination is, with the next commit. */
  delivered(progress: DestinationProgress): void {
    this.#send({ kind: "delivered", progress });
  }

  /** Keeps which pods have come and gone, with the next commit. */
  changePods(changes: PodChanges): void {
    this.#send({ kind: "pods", changes });
  }

  /** Keeps which addresses are the node's own, with the next commit. */
  keepAddresses(seen: NodeAddresses): void {
    this.#send({ kind: "addresses", seen });
  }

  /** Ends the transaction that holds the batches written since the last commit. */
  commit(end: TransactionEnd): void {
    this.#uncommitted.push(performance.now());
    const { opened, recent } = end;
    const tables = [opened.connections, opened.copies, ...recent];
    this.#send({ kind: "commit", end }, tables.flatMap(viewsOf));
  }

  /** Waits until all that was committed is on disk. */
  async flushed(): Promise<void> {
    await this.#until(() => this.#uncommitted.length === 0);
  }

  /** Tries the batches of a failed commit again. */
  retry(): void {
    this.#send({ kind: "retry" });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    const exited = new Promise<void>((resolve) => this.#worker.once("exit", () => resolve()));
    this.#send({ kind: "close" });
    await exited;
  }

  #send(message: ToWriter, transfer: readonly ArrayBufferView[] = []): void {
    this.#worker.postMessage(
      message,
      transfer.map(({ buffer }) => buffer as ArrayBuffer),
    );
  }

  #receive(message: FromWriter): void {
    switch (message.kind) {
      case "written":
        this.#inFlight -= message.batches;
        break;
      case "committed":
        this.#committed(message.commits);
        break;
      case "failed":
        this.events?.commitFailed(message.message);
        if (message.isFatal) this.#fail(new CommitFailed(message.message));
        else if (this.onFailed === undefined) this.#failure = new CommitFailed(message.message);
        else this.onFailed(message.message);
        break;
      case "event":
        this.onEvent?.(message.event);
        break;
      case "sessionUnwanted":
        this.wantsNewSession = true;
        break;
      case "closed":
      case "opened":
      case "refused":
        break;
    }
    this.#wakeAll();
  }

  #committed(commits: number): void {
    const now = performance.now();
    for (const askedAt of this.#uncommitted.splice(0, commits)) {
      this.events?.committed((now - askedAt) / 1000, this.#uncommitted.length);
    }
  }

  #fail(error: Error): void {
    this.#failure = error;
    this.#broken.abort(error);
    this.#wakeAll();
  }

  #wakeAll(): void {
    const wake = this.#wake;
    this.#wake = [];
    for (const resolve of wake) resolve();
  }

  async #until(condition: () => boolean): Promise<void> {
    while (this.#failure === undefined && !condition()) {
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
    if (this.#failure !== undefined) throw this.#failure;
  }
}

function viewsOf(table: object): ArrayBufferView[] {
  return Object.values(table).filter((value) => ArrayBuffer.isView(value));
}
