import { existsSync, readFileSync, writeFileSync } from "node:fs";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { SCHEMA_VERSION } from "../../src/store/migrations.ts";
import { openForReading, openForWriting } from "../../src/store/open.ts";
import { closing, newPath, readable, valueOf, writable } from "./stored.ts";

const DENY_IN_ASCII = 0x64656e79;

describe("openForWriting()", () => {
  test.for<[pragma: string, value: unknown]>([
    ["synchronous", 2],
    ["foreign_keys", 1],
    ["auto_vacuum", 2],
    ["trusted_schema", 0],
    ["busy_timeout", 5000],
    ["application_id", DENY_IN_ASCII],
    ["user_version", SCHEMA_VERSION],
  ])("has PRAGMA %s = %s in force", ([pragma, value]) => {
    const path = newPath();
    expect(writable(path).pragma(pragma, { simple: true })).toBe(value);
    const again = writable(path);
    expect(again.pragma(pragma, { simple: true }), "of a database that was there").toBe(value);
  });

  test("runs on a SQLite without the bug that corrupts WAL databases", () => {
    const version = String(valueOf(writable(newPath()), "SELECT sqlite_version()"));
    const [major = 0, minor = 0, patch = 0] = version.split(".").map(Number);
    expect(major * 1_000_000 + minor * 1000 + patch).toBeGreaterThanOrEqual(3_051_003);
  });

  test("makes STRICT tables only", () => {
    const database = writable(newPath());
    const tables = "FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite_%'";
    expect(valueOf(database, `SELECT count(*) ${tables}`)).toBeGreaterThan(10);
    expect(database.prepare(`SELECT name ${tables} AND NOT strict`).pluck().all()).toEqual([]);
  });

  test("keeps what is in a database that it opens again", () => {
    const path = newPath();
    const first = openForWriting(path);
    first.exec("INSERT INTO nodes (name) VALUES ('worker-1')");
    first.close();
    expect(valueOf(writable(path), "SELECT name FROM nodes")).toBe("worker-1");
  });

  test("makes an empty file its own", () => {
    const path = newPath();
    writeFileSync(path, "");
    expect(writable(path).pragma("application_id", { simple: true })).toBe(DENY_IN_ASCII);
  });

  test("leaves a database of another program as it is, to the byte", () => {
    const path = newPath();
    const other = new Database(path);
    other.exec("CREATE TABLE sources (id); PRAGMA user_version = 7");
    other.close();
    const before = readFileSync(path);

    expect(() => openForWriting(path)).toThrow(/belongs to another program/);
    expect(readFileSync(path)).toEqual(before);
  });

  test("leaves a file that is no database as it is", () => {
    const path = newPath();
    writeFileSync(path, "Nov 22 12:00:00 worker-1 systemd[1]: Started\n".repeat(100));
    const before = readFileSync(path);

    expect(() => openForWriting(path)).toThrow(/not a SQLite database/);
    expect(readFileSync(path)).toEqual(before);
  });

  test("refuses a newer schema", () => {
    const path = newPath();
    writable(path).pragma("user_version = 2000");
    expect(() => openForWriting(path)).toThrow(`"${path}": its schema is version 2000`);
  });
});

describe("openForReading()", () => {
  test("cannot write", () => {
    const path = newPath();
    writable(path);
    const database = readable(path);
    const write = () => database.exec("INSERT INTO nodes (name) VALUES ('x')");
    expect(write).toThrow(/readonly/);
  });

  test("sees what is committed while a writer is at work, and nothing else", () => {
    const path = newPath();
    const writer = writable(path);
    const reader = readable(path);
    writer.exec("BEGIN IMMEDIATE; INSERT INTO nodes (name) VALUES ('worker-1')");
    expect(valueOf(reader, "SELECT count(*) FROM nodes")).toBe(0);
    writer.exec("COMMIT");
    expect(valueOf(reader, "SELECT count(*) FROM nodes")).toBe(1);
  });

  test("makes no file where there is none", () => {
    const path = newPath();
    expect(() => openForReading(path)).toThrow(/does not exist; run "denyscope import FILE"/);
    expect(existsSync(path)).toBe(false);
  });

  test.for([0, 2000])("refuses a schema of version %i", (version) => {
    const path = newPath();
    writable(path).pragma(`user_version = ${version}`);
    expect(() => openForReading(path)).toThrow(`"${path}": its schema is version ${version}`);
  });

  test("refuses a database of another program", () => {
    const path = newPath();
    closing(new Database(path)).exec("CREATE TABLE flows (id)");
    expect(() => openForReading(path)).toThrow(/belongs to another program/);
  });
});
