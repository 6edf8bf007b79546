import { mkdtempDisposableSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Database from "better-sqlite3";
import { expect, test } from "vitest";
import { queryFlows } from "../../src/query/flows.ts";
import { queryStatus } from "../../src/query/status.ts";
import { queryTop } from "../../src/query/top.ts";
import { openForReading, openForWriting } from "../../src/store/open.ts";
import { questionOf } from "./question-of.ts";
import { SeededDatabase } from "./seeded-database.ts";

/** A database in a file, and somebody who writes to it before each statement of its reader. */
class ContendedDatabase implements Disposable {
  readonly reader: Database.Database;
  commits = 0;
  readonly #folder = mkdtempDisposableSync(join(tmpdir(), "denyscope-contended-"));
  readonly #reader: Database.Database;
  readonly #writer: Database.Database;

  constructor() {
    using seeded = new SeededDatabase(
      { dst: "10.0.0.1", packets: 5, minute: 600 },
      { dst: "10.0.0.2", packets: 3, minute: 700 },
    );
    seeded.database.exec(`
      INSERT INTO sources VALUES (1, 'file', 'log', 1, 1, 0, '', 0, '', 0, '', '', 0, 2, 0, 0, 1);
      INSERT INTO source_prefixes VALUES (1, 1, 2, 8)`);
    const path = join(this.#folder.path, "db");
    writeFileSync(path, seeded.database.serialize());
    this.#writer = openForWriting(path);
    this.#reader = openForReading(path);
    this.reader = Object.create(this.#reader, {
      prepare: {
        value: (sql: string) => {
          this.#countOneMore();
          return this.#reader.prepare(sql);
        },
      },
    }) as Database.Database;
  }

  /** One more line and packet of each flow, as a commit of the agent adds them. */
  #countOneMore(): void {
    this.commits++;
    const tables = ["minutes", "hours", "days"];
    this.#writer
      .transaction(() => {
        for (const table of tables) {
          this.#writer.exec(`UPDATE flow_${table} SET packets = packets + 1`);
        }
        this.#writer.exec(`
          INSERT OR IGNORE INTO upper_bound_minutes
            SELECT minute FROM flow_minutes WHERE ${this.commits} > 1;
          UPDATE sources SET lines = lines + 2;
          UPDATE source_prefixes SET lines = lines + 2, packets = packets + 2`);
      })
      .immediate();
  }

  [Symbol.dispose](): void {
    this.#reader.close();
    this.#writer.close();
    this.#folder.remove();
  }
}

const sum = (rows: readonly { readonly packets: number }[]) =>
  rows.reduce((total, { packets }) => total + packets, 0);

test.each([{}, { since: "3h" }])("queryFlows() with %j is of one moment", (asked) => {
  using contended = new ContendedDatabase();
  const { totals, flows } = queryFlows(contended.reader, questionOf(asked), "packets");
  expect(contended.commits).toBeGreaterThan(2);
  expect(totals.packets).toBe(sum(flows));
});

test.each([{}, { since: "3h" }])("queryTop() with %j is of one moment", (asked) => {
  using contended = new ContendedDatabase();
  const { totals, top } = queryTop(contended.reader, questionOf(asked), "dst");
  expect(contended.commits).toBeGreaterThan(1);
  expect(totals.packets).toBe(sum(top));
  expect(totals.attemptsAreUpperBound, "that came later").toBe(false);
  // What was committed while it was read belongs to the next answer.
  const before = contended.commits;
  const next = queryTop(contended.reader, questionOf(asked), "dst");
  expect(next.totals.packets - totals.packets).toBe(2 * before);
});

test("queryStatus() is of one moment", () => {
  using contended = new ContendedDatabase();
  const { conservation, packets } = queryStatus(contended.reader);
  expect(contended.commits).toBeGreaterThan(5);
  expect(conservation.lines).toMatchObject({ holds: true });
  expect(conservation.packets).toMatchObject({ holds: true, kept: packets.denied });
});
