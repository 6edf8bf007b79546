import { spawnSync } from "node:child_process";
import {
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, onTestFinished, test } from "vitest";
import { randomFrom } from "../../bench/syslog-generator.ts";
import { deniedPrefixDefaults } from "../../src/model/verdict.ts";
import { ballastPath } from "../../src/store/ballast.ts";
import { BatchWriter } from "../../src/store/batch-writer.ts";
import { markDamaged } from "../../src/store/damage.ts";
import { closeUntouched, openSound, type OwnDatabase } from "../../src/store/open-own.ts";
import { integrityOf } from "../end-to-end/database.ts";
import { denialLines } from "../end-to-end/log-lines.ts";
import { BatchMaker } from "./counted-batches.ts";
import { newPath, valueOf, writable } from "./stored.ts";
import { isLong } from "../long-run.ts";

const PAGE_BYTES = 4096;
const NOW = Date.UTC(2026, 10, 22, 20, 15);

function opened(path: string): OwnDatabase {
  const own = openSound(path, NOW);
  onTestFinished(() => {
    own.database.close();
    own.lock[Symbol.dispose]();
  });
  return own;
}

/** A database that holds many lines, closed well. */
function filled(path: string, lines = 4000): void {
  const database = writable(path);
  count(database, denialLines({ seed: 5, lines }));
  database.close();
}

function count(database: Database.Database, lines: readonly string[]): void {
  const writer = new BatchWriter(database, { deniedPrefixes: deniedPrefixDefaults });
  const maker = new BatchMaker(undefined, undefined, writer.openedAttempts());
  writer.begin();
  writer.write(maker.batch(lines), NOW * 1000);
  writer.writeEnd(maker.end());
  writer.commit();
}

function overwrite(path: string, page: number, bytes: Buffer): void {
  const file = openSync(path, "r+");
  writeSync(file, bytes, 0, bytes.length, page * PAGE_BYTES);
  closeSync(file);
}

function namesBeside(path: string): string[] {
  return readdirSync(dirname(path)).toSorted();
}

describe("openSound()", () => {
  test("opens a sound database as it is", () => {
    const path = newPath();
    filled(path);
    const { database, damage } = opened(path);
    expect(damage).toBeUndefined();
    expect(valueOf(database, "SELECT total(lines) FROM sources")).toBe(4000);
  });

  const SEED = 20;
  test(`moves one with a random page aside, whichever it is, seed ${SEED}`, () => {
    const random = randomFrom(SEED);
    const path = newPath();
    filled(path);
    writeFileSync(ballastPath(path), "");
    const pages = statSync(path).size / PAGE_BYTES;
    const sound = `${path}.sound`;
    copyFileSync(path, sound);
    const apart = isLong ? 5 : 15;
    let found = 0;
    let tried = 0;
    for (let page = 0; page < pages; page += 1 + Math.floor(random() * apart), tried++) {
      copyFileSync(sound, path);
      const noise = Buffer.from(Array.from({ length: PAGE_BYTES }, () => random() * 256));
      overwrite(path, page, noise);
      const damaged = readFileSync(path);
      const { database, lock, damage } = openSound(path, NOW);
      if (damage !== undefined) {
        found++;
        expect(readFileSync(damage.movedTo).equals(damaged), "as it was found").toBe(true);
        expect(valueOf(database, "SELECT total(lines) FROM sources")).toBe(0);
        const ledger = database.prepare("SELECT reason, source, detail FROM losses").all();
        expect(ledger).toEqual([
          {
            reason: "database-damaged",
            source: null,
            detail: expect.stringContaining(damage.movedTo),
          },
        ]);
      }
      database.close();
      lock[Symbol.dispose]();
    }
    // A page that is free holds nothing, and that of its map is made anew.
    expect(found).toBeGreaterThan(0.95 * tried);
  });

  test("names what it moves by the time, and overwrites nothing", () => {
    const path = newPath();
    for (let n = 0; n < 2; n++) {
      filled(path);
      overwrite(path, 0, Buffer.alloc(PAGE_BYTES / 2, 0x55).subarray(100));
      overwrite(path, 1, Buffer.alloc(3 * PAGE_BYTES, 0x55));
      markDamaged(path, "test");
      const { database, lock } = openSound(path, NOW);
      database.close();
      lock[Symbol.dispose]();
    }
    const names = namesBeside(path).filter((name) => /damaged/.test(name));
    expect(names).toContain("denyscope.db.damaged-2026-11-22T20-15-00Z");
    expect(names).toContain("denyscope.db.damaged-2026-11-22T20-15-00Z-2");
    expect(existsSync(`${path}-damaged`)).toBe(false);
  });

  test("moves the write-ahead log with its database", () => {
    const path = newPath();
    filled(path);
    const database = writable(path);
    count(database, denialLines({ seed: 6, lines: 100, from: 9000 }));
    closeUntouched(database);
    const log = readFileSync(`${path}-wal`);
    markDamaged(path, "test");
    const { damage } = opened(path);
    expect(log.length).toBeGreaterThan(0);
    expect(readFileSync(`${damage!.movedTo}-wal`).equals(log)).toBe(true);
    expect(valueOf(writable(damage!.movedTo), "SELECT total(lines) FROM sources")).toBe(4100);
  });

  test("moves an old database aside that stands beside a newer write-ahead log", () => {
    const path = newPath();
    filled(path, 400);
    const old = readFileSync(path);
    // Much more in between, all of it in the database; then some that is in the log only.
    filled(path, 8000);
    const database = writable(path);
    count(database, denialLines({ seed: 7, lines: 100, from: 9000 }));
    closeUntouched(database);
    writeFileSync(path, old);
    const { damage } = opened(path);
    expect(damage).toBeDefined();
    expect(integrityOf(path)).toBe("ok");
  });

  test("is as before without the log of what was committed last", () => {
    const path = newPath();
    filled(path);
    const database = writable(path);
    count(database, denialLines({ seed: 8, lines: 100, from: 9000 }));
    closeUntouched(database);
    spawnSync("rm", [`${path}-wal`]);
    const { damage, database: after } = opened(path);
    expect(damage).toBeUndefined();
    expect(valueOf(after, "SELECT total(lines) FROM sources")).toBe(4000);
  });

  test("refuses the database of another program, and moves nothing", () => {
    const path = newPath();
    const other = new Database(path);
    other.exec("CREATE TABLE people (id); PRAGMA application_id = 7");
    other.close();
    const before = readFileSync(path);
    writeFileSync(ballastPath(path), "");
    expect(() => openSound(path, NOW)).toThrow(/belongs to another program/);
    overwrite(path, 1, Buffer.alloc(PAGE_BYTES, 0x55));
    expect(() => openSound(path, NOW)).toThrow(/belongs to another program/);
    expect(readFileSync(path).length).toBe(before.length);
    expect(namesBeside(path).filter((name) => /damaged/.test(name))).toEqual([]);
  });

  test("refuses a file that is no database, and moves nothing", () => {
    const path = newPath();
    writeFileSync(path, "Nov 22 12:00:00 worker-1 systemd[1]: Started\n".repeat(1000));
    expect(() => openSound(path, NOW)).toThrow(/not a SQLite database/);
    expect(namesBeside(path)).toEqual(["denyscope.db"]);
  });

  test("moves nothing while another holds the database", () => {
    const path = newPath();
    filled(path);
    using _holder = opened(path).lock;
    markDamaged(path, "test");
    expect(() => openSound(path, NOW)).toThrow(/holds it/);
    expect(existsSync(join(dirname(path), "denyscope.db"))).toBe(true);
  });
});
