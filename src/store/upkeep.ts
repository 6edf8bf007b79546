import type Database from "better-sqlite3";
import type { SpoolDrop } from "../model/spool.ts";
import type { Retention } from "../model/retention.ts";
import { Ballast } from "./ballast.ts";
import { FilesInUse } from "./files-in-use.ts";
import { boundLedger } from "./retention/ledger-bounds.ts";
import { Pruner } from "./retention/pruner.ts";
import type { SessionFlows } from "./retention/unused-flows.ts";
import type { SpoolKeeper } from "./spool/spool-keeper.ts";
import type { StoreEvent } from "./store-event.ts";
import { WalWatch } from "./wal-watch.ts";
import type { WriteFault } from "./write-fault.ts";

export type UpkeepOptions = {
  readonly role: "agent" | "import";
  readonly retention: Retention;
  readonly session: SessionFlows;
  readonly spool: SpoolKeeper | undefined;
  readonly tell: (event: StoreEvent) => void;
};

/** How often it is looked for what is too old, once nothing more was found. */
const PRUNE_EVERY_MS = 10_000;

/** What keeps a database in order between the transactions of its writer. */
export class Upkeep {
  readonly #database: Database.Database;
  readonly #files: FilesInUse;
  readonly #ballast: Ballast | undefined;
  readonly #wal: WalWatch;
  readonly #pruner: Pruner;
  readonly #spool: SpoolKeeper | undefined;
  readonly #tell: (event: StoreEvent) => void;
  readonly #isAgent: boolean;
  /** Milliseconds since the epoch. */
  #prunedAt = Number.NEGATIVE_INFINITY;

  constructor(
    database: Database.Database,
    { role, retention, session, spool, tell }: UpkeepOptions,
  ) {
    this.#database = database;
    this.#files = new FilesInUse(database.name);
    this.#isAgent = role === "agent";
    // An import that finds the disk full ends; only the agent has to live with it.
    this.#ballast = this.#isAgent ? new Ballast(database.name) : undefined;
    this.#wal = new WalWatch(database, (bytes) => tell({ name: "walHeld", bytes }));
    this.#pruner = new Pruner(database, retention, session);
    this.#spool = spool;
    this.#tell = tell;
    this.#ballast?.keep(Date.now());
  }

  /** See Pruner. */
  get wantsNewSession(): boolean {
    return this.#pruner.wantsNewSession;
  }

  /** @throws FilesMoved when the files are no longer those that are open. */
  beforeCommit(): void {
    this.#files.assertThere();
  }

  afterCommit(): void {
    this.#pruner.shrink();
  }

  /** While no transaction is open: a little of what there is to do; whether there is more. */
  look(): boolean {
    const now = Date.now();
    this.#wal.look(now);
    this.#ballast?.keep(now);
    if (this.#spool?.step(now * 1000, this.#notForwarded) === true) return true;
    if (now - this.#prunedAt < PRUNE_EVERY_MS) return false;
    if (this.#pruner.step(now * 1000)) return true;
    this.#prunedAt = now;
    // An import knows files of any age by their content; for an agent they are gone some day.
    if (this.#isAgent) boundLedger(this.#database);
    return false;
  }

  /** Leaves nothing in the write-ahead log, as far as its readers and the disk let it. */
  beforeEnd(): void {
    try {
      this.#pruner.end();
      this.#wal.truncate();
    } catch {
      // It is all in the log, and the next start reads that.
    }
  }

  readonly #notForwarded = (drop: SpoolDrop) => this.#tell({ name: "notForwarded", drop });

  /** After a commit that failed and was undone. */
  afterFailure(fault: WriteFault): void {
    if (fault === "moved") this.#wal.truncate();
    if (fault !== "full") return;
    if (this.#ballast?.release(Date.now()) === true) this.#tell({ name: "ballastGiven" });
    this.#wal.truncate();
    // What is too old, or too much, makes some space.
    this.#pruner.step(Date.now() * 1000);
  }
}
