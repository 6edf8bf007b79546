import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { databaseBytes } from "../../src/store/database-bytes.ts";
import { startLog } from "../../src/store/journal.ts";
import { WalWatch, walBytesMax } from "../../src/store/wal-watch.ts";
import { newPath, writable } from "./stored.ts";

const MINUTE_MS = 60_000;
/** What a log may have grown by when its size is looked at. */
const COMMIT_BYTES = 4 * 1024 * 1024;

/** Another program that holds a read transaction. */
async function foreignReader(path: string): Promise<{ end(): Promise<void> }> {
  const code = `
    import Database from "better-sqlite3";
    const database = new Database(${JSON.stringify(path)}, { readonly: true });
    database.exec("BEGIN; SELECT count(*) FROM nodes");
    console.log("reading");
    process.stdin.once("data", () => process.exit());`;
  const reader = spawn(process.execPath, ["--input-type=module", "-e", code], {
    cwd: import.meta.dirname,
    stdio: ["pipe", "pipe", "inherit"],
  });
  onTestFinished(() => {
    reader.kill("SIGKILL");
  });
  await once(reader.stdout, "data");
  return {
    async end() {
      reader.stdin.write("end");
      await once(reader, "exit");
    },
  };
}

test("WalWatch says once that a reader stays, and empties the log when that ends", async () => {
  const path = newPath();
  const database = writable(path);
  startLog(database);
  const held: number[] = [];
  const watch = new WalWatch(database, (bytes) => held.push(bytes));
  const insert = database.prepare("INSERT INTO nodes (name) VALUES (hex(randomblob(?)))");
  const commit = (now: number) => {
    insert.run(COMMIT_BYTES / 4);
    watch.look(now);
  };
  const reader = await foreignReader(path);
  let now = 0;
  while (databaseBytes(path).wal < 2 * walBytesMax) commit((now += MINUTE_MS));
  const { wal: most } = databaseBytes(path);
  await reader.end();
  commit((now += MINUTE_MS));
  const { wal: after } = databaseBytes(path);
  for (let n = 0; n < 100; n++) {
    commit((now += MINUTE_MS));
    expect(databaseBytes(path).wal).toBeLessThan(walBytesMax + 2 * COMMIT_BYTES);
  }

  expect(held).toHaveLength(1);
  expect(held[0]).toBeGreaterThan(walBytesMax);
  expect(held[0]).toBeLessThan(most);
  expect(after).toBe(0);
});

test("WalWatch warns again when it happens again", async () => {
  const path = newPath();
  const database = writable(path);
  startLog(database);
  const held: number[] = [];
  const watch = new WalWatch(database, (bytes) => held.push(bytes));
  const insert = database.prepare("INSERT INTO nodes (name) VALUES (hex(randomblob(?)))");
  let now = 0;
  for (let n = 1; n <= 2; n++) {
    const reader = await foreignReader(path);
    while (held.length < n) {
      insert.run(COMMIT_BYTES);
      watch.look((now += MINUTE_MS));
    }
    await reader.end();
    watch.look((now += MINUTE_MS));
    expect(databaseBytes(path).wal).toBe(0);
  }
});
