import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { randomFrom } from "../../bench/syslog-generator.ts";
import { startLog } from "../../src/store/journal.ts";
import {
  copyBeforeMigration,
  migrate,
  migrations,
  SCHEMA_VERSION,
  schemaVersion,
} from "../../src/store/migrations.ts";
import { openForReading, openForWriting } from "../../src/store/open.ts";
import { integrityOf } from "../end-to-end/database.ts";
import { closing, newPath, valueOf, writable } from "./stored.ts";
import { isLong } from "../long-run.ts";

const SEED = 39;
const KILLS = isLong ? 12 : 8;
const KILL_MS_MAX = 100;
const ROWS = 60_000;

/** A step that takes its time: all rows are written anew. */
const further = `
  CREATE TABLE names (id INTEGER PRIMARY KEY, name TEXT NOT NULL, length INTEGER NOT NULL) STRICT;
  INSERT INTO names SELECT id, name, length(name) FROM nodes;
  CREATE INDEX names_by_name ON names (name, length);
  CREATE INDEX names_by_length ON names (length, name);`;
const steps = [...migrations, further];
const NEXT_VERSION = SCHEMA_VERSION + 1;

function filled(path: string, rows: number): void {
  const database = openForWriting(path);
  database.exec(`
    INSERT INTO nodes (name) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n
      WHERE i < ${rows}) SELECT 'worker-' || i || hex(randomblob(20)) FROM n`);
  startLog(database);
  database.close();
}

describe("migrate()", () => {
  test("changes the schema and keeps a copy of what was there", () => {
    const path = newPath();
    filled(path, 100);
    const database = writable(path);
    migrate(database, path, steps);
    const copy = closing(new Database(copyBeforeMigration(path, SCHEMA_VERSION)));

    expect(schemaVersion(database)).toBe(NEXT_VERSION);
    expect(valueOf(database, "SELECT count(*) FROM names")).toBe(100);
    expect(schemaVersion(copy)).toBe(SCHEMA_VERSION);
    expect(valueOf(copy, "SELECT count(*) FROM nodes")).toBe(100);
    expect(valueOf(openForReading(copyBeforeMigration(path, SCHEMA_VERSION)), "SELECT 1")).toBe(1);
  });

  test("copies nothing where there is nothing to change, or nothing in it", () => {
    const path = newPath();
    const database = writable(path);
    migrate(database, path);
    expect(existsSync(copyBeforeMigration(path, SCHEMA_VERSION))).toBe(false);
    const empty = closing(new Database(`${path}-new`));
    migrate(empty, `${path}-new`, steps);
    expect(schemaVersion(empty)).toBe(NEXT_VERSION);
    expect(existsSync(copyBeforeMigration(`${path}-new`, 0))).toBe(false);
  });

  test("undoes a step that fails, and keeps those before", () => {
    const path = newPath();
    const database = writable(path);
    const failing = [...steps, "CREATE TABLE another (id); INSERT INTO nowhere VALUES (1)"];
    expect(() => migrate(database, path, failing)).toThrow(/nowhere/);
    expect(schemaVersion(database)).toBe(NEXT_VERSION);
    expect(valueOf(database, "SELECT count(*) FROM sqlite_schema WHERE name = 'another'")).toBe(0);
  });

  test("refuses a newer schema in one line, for writers and readers", () => {
    const path = newPath();
    const database = writable(path);
    migrate(database, path, steps);
    const versions = `its schema is version ${NEXT_VERSION}, this denyscope`;
    const newer = new RegExp(`${versions} (knows|needs) ${SCHEMA_VERSION}; use the`);
    expect(() => openForWriting(path)).toThrow(newer);
    expect(() => openForReading(path)).toThrow(newer);
    expect(valueOf(database, "SELECT count(*) FROM names")).toBe(0);
  });

  test(`leaves the old schema or the new one when it is killed, seed ${SEED}`, {
    timeout: 120_000,
  }, async () => {
    const random = randomFrom(SEED);
    const path = newPath();
    filled(path, ROWS);
    const code = `
      import { migrate } from ${JSON.stringify(source("migrations.ts"))};
      import Database from "better-sqlite3";
      const database = new Database(${JSON.stringify(path)});
      console.log("begins");
      migrate(database, ${JSON.stringify(path)}, ${JSON.stringify(steps)});
      console.log("done");`;
    const run = () =>
      spawn(process.execPath, ["--input-type=module", "-e", code], {
        cwd: import.meta.dirname,
        stdio: ["ignore", "pipe", "inherit"],
      });
    const versions = new Set<number>();
    let killed = 0;
    for (let n = 0; n < KILLS; n++) {
      const child = run();
      const exited = once(child, "exit");
      await once(child.stdout, "data");
      await sleep(random() * KILL_MS_MAX);
      child.kill("SIGKILL");
      const [, signal] = (await exited) as [number | null, string | null];
      if (signal === "SIGKILL") killed++;
      const database = new Database(path);
      const version = schemaVersion(database);
      const tables = "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'names%'";
      versions.add(version);
      expect(valueOf(database, tables), `after kill ${n}`).toBe(version === SCHEMA_VERSION ? 0 : 3);
      expect(valueOf(database, "SELECT count(*) FROM nodes")).toBe(ROWS);
      if (version === NEXT_VERSION)
        expect(valueOf(database, "SELECT count(*) FROM names")).toBe(ROWS);
      database.close();
      if (version === NEXT_VERSION) break;
    }
    await once(run(), "exit");

    expect(killed).toBeGreaterThan(0);
    expect(versions).toContain(SCHEMA_VERSION);
    expect(integrityOf(path)).toBe("ok");
    const database = closing(new Database(path));
    expect(schemaVersion(database)).toBe(NEXT_VERSION);
    expect(valueOf(database, "SELECT count(*) FROM names")).toBe(ROWS);
    expect(integrityOf(copyBeforeMigration(path, SCHEMA_VERSION))).toBe("ok");
  });
});

function source(name: string): string {
  return new URL(`../../src/store/${name}`, import.meta.url).href;
}
