import type Database from "better-sqlite3";
import { Ballast } from "./ballast.ts";
import { FilesInUse } from "./files-in-use.ts";
import type { StoreEvent } from "./store-event.ts";
import { WalWatch } from "./wal-watch.ts";
import type { WriteFault } from "./write-fault.ts";

/** What keeps a database in order between the transactions of its writer. */
export class Upkeep {
  readonly #files: FilesInUse;
  readonly #ballast: Ballast | undefined;
  readonly #wal: WalWatch;
  readonly #tell: (event: StoreEvent) => void;

  constructor(
    database: Database.Database,
    role: "agent" | "import",
    tell: (event: StoreEvent) => void,
  ) {
    this.#files = new FilesInUse(database.name);
    // An import that finds the disk full ends; only the agent has to live with it.
    this.#ballast = role === "agent" ? new Ballast(database.name) : undefined;
    this.#wal = new WalWatch(database, (bytes) => tell({ name: "walHeld", bytes }));
    this.#tell = tell;
    this.#ballast?.keep(Date.now());
  }

  /** @throws FilesMoved when the files are no longer those that are open. */
  beforeCommit(): void {
    this.#files.assertThere();
  }

  /** While no transaction is open. */
  look(): void {
    const now = Date.now();
    this.#wal.look(now);
    this.#ballast?.keep(now);
  }

  /** Leaves nothing in the write-ahead log, as far as its readers and the disk let it. */
  beforeEnd(): void {
    try {
      this.#wal.truncate();
    } catch {
      // It is all in the log, and the next start reads that.
    }
  }

  /** After a commit that failed and was undone. */
  afterFailure(fault: WriteFault): void {
    if (fault === "moved") this.#wal.truncate();
    if (fault !== "full") return;
    if (this.#ballast?.release(Date.now()) === true) this.#tell({ name: "ballastGiven" });
    this.#wal.truncate();
  }
}
