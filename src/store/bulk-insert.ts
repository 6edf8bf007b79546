import type Database from "better-sqlite3";

export const ROWS_PER_STATEMENT = 64;

export type Value = number | string | Uint8Array;

/**
 * Inserts many rows with few calls: one statement of 64 rows costs half of 64 statements
 * (bench/import-against-mawk.ts).
 */
export class BulkInsert {
  /** The values of the rows that wait, one row after the other. */
  readonly values: Value[];
  readonly #columns: number;
  readonly #one: Database.Statement;
  readonly #many: Database.Statement;
  #rows = 0;

  /** `head` ends before VALUES; `tail` is what follows the rows, such as ON CONFLICT. */
  constructor(database: Database.Database, head: string, columns: number, tail: string) {
    const row = `(${Array(columns).fill("?").join(",")})`;
    const rows = Array(ROWS_PER_STATEMENT).fill(row).join(",");
    this.values = Array<Value>(columns * ROWS_PER_STATEMENT).fill(0);
    this.#columns = columns;
    this.#one = database.prepare(`${head} VALUES ${row} ${tail}`);
    this.#many = database.prepare(`${head} VALUES ${rows} ${tail}`);
  }

  /** Makes room for one more row; fill `values` from the index that this returns on. */
  nextRow(): number {
    if (this.#rows === ROWS_PER_STATEMENT) {
      this.#many.run(this.values);
      this.#rows = 0;
    }
    return this.#rows++ * this.#columns;
  }

  /** Writes the rows that wait. */
  flush(): void {
    const { values } = this;
    for (let row = 0; row < this.#rows; row++) {
      this.#one.run(values.slice(row * this.#columns, (row + 1) * this.#columns));
    }
    this.#rows = 0;
  }

  /** Forgets the rows that wait: their transaction failed. */
  discard(): void {
    this.#rows = 0;
  }
}
