import type Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import type { RecentColumns } from "../../src/model/counted-batch.ts";
import { recentBytesMax, recentDenialsMax } from "../../src/model/limits.ts";
import { RecentWriter } from "../../src/store/recent-writer.ts";
import { newPath, writable } from "./stored.ts";

const MIB = 1024 * 1024;

/** Lines of one length; `first` is the number of the first, kept as its time. */
type Lines = { readonly first: number; readonly count: number; readonly length: number };

function columnsOf({ first, count, length }: Lines): RecentColumns {
  const bytes = Buffer.alloc(count * length, "x");
  const rows = Array.from({ length: count }, (_, row) => row);
  for (const row of rows) bytes.write(`${first + row} `, row * length);
  return {
    session: 1,
    count,
    bytes,
    start: Int32Array.from(rows, (row) => row * length),
    end: Int32Array.from(rows, (row) => (row + 1) * length),
    flow: Int32Array.from(rows, (row) => row % 100),
    time: Float64Array.from(rows, (row) => first + row),
  };
}

/** One transaction of several batches. */
function commit(
  database: Database.Database,
  writer: RecentWriter,
  batches: readonly Lines[],
): void {
  database.exec("BEGIN");
  for (const lines of batches) writer.add(columnsOf(lines), (flow) => flow + 1000);
  writer.flush();
  database.exec("COMMIT");
}

type Kept = { count: number; first: number; last: number; bytes: number; inOrder: number };

function kept(database: Database.Database): Kept {
  return database
    .prepare<[], Kept>(
      `SELECT count(*) AS count, min(time) AS first, max(time) AS last,
         total(length(line)) AS bytes, total(time = following - 1) AS inOrder
       FROM (SELECT time, line, lead(time) OVER (ORDER BY id) AS following FROM recent_denials)`,
    )
    .get()!;
}

/** Commits of batches of so many lines each, one line after the other. */
function commitsOf(
  shape: readonly (readonly number[])[],
  length: number,
): { commits: Lines[][]; total: number } {
  let first = 0;
  const commits = shape.map((batches) =>
    batches.map((count) => {
      const lines = { first, count, length };
      first += count;
      return lines;
    }),
  );
  return { commits, total: first };
}

const shapes: readonly { readonly name: string; readonly shape: number[][] }[] = [
  { name: "one small batch", shape: [[1000]] },
  { name: "commits of small batches", shape: [[7000, 9000], [12_000], [4000, 4000, 4000]] },
  { name: "a commit that alone is the window", shape: [[100], [50_000]] },
  { name: "a commit that is larger than the window", shape: [[30_000], [40_000, 20_000]] },
  { name: "many commits beyond the window", shape: Array.from({ length: 30 }, () => [2500]) },
  { name: "an empty batch in between", shape: [[40_000], [0], [30_000, 0]] },
];

describe("RecentWriter", () => {
  test.for(shapes)("keeps the last 50,000 denials of $name", ({ shape }) => {
    const database = writable(newPath());
    const writer = new RecentWriter(database);
    const { commits, total } = commitsOf(shape, 40);
    for (const batches of commits) commit(database, writer, batches);

    const count = Math.min(total, recentDenialsMax);
    expect(kept(database)).toEqual({
      count,
      first: total - count,
      last: total - 1,
      bytes: count * 40,
      inOrder: count - 1,
    });
  });

  test.for([
    { name: "commits of long lines", shape: [[100], [100], [100], [100]], length: 64 * 1024 },
    { name: "one commit of long lines", shape: [[100, 100, 100, 100]], length: 64 * 1024 },
    { name: "commits of lines that are not so long", shape: [[300], [10_400]], length: 1600 },
    { name: "lines that fill the window to the byte", shape: [[256], [1]], length: 64 * 1024 },
  ])("keeps at most 16 MiB of $name, the last of them", ({ shape, length }) => {
    const database = writable(newPath());
    const writer = new RecentWriter(database);
    const { commits, total } = commitsOf(shape, length);
    for (const batches of commits) commit(database, writer, batches);

    const { count, first, last, bytes, inOrder } = kept(database);
    expect(total * length, "more than fits").toBeGreaterThan(recentBytesMax);
    expect(bytes).toBeLessThanOrEqual(recentBytesMax);
    expect({ first, last, inOrder }).toEqual({
      first: total - count,
      last: total - 1,
      inOrder: count - 1,
    });
    // Old ones may leave several at a time, but not so that the window is no window any more.
    expect(bytes).toBeGreaterThan(recentBytesMax / 2);
  });

  test("keeps its bounds in a database that was there before", () => {
    const path = newPath();
    const { commits } = commitsOf([[40_000], [30_000]], 40);
    const first = writable(path);
    commit(first, new RecentWriter(first), commits[0]!);
    first.close();
    const second = writable(path);
    commit(second, new RecentWriter(second), commits[1]!);
    expect(kept(second)).toMatchObject({ count: 50_000, first: 20_000, last: 69_999 });
  });

  test("stands as before when a transaction is undone", () => {
    const database = writable(newPath());
    const writer = new RecentWriter(database);
    const { commits } = commitsOf([[30_000], [30_000], [30_000]], 200);
    commit(database, writer, commits[0]!);
    const before = kept(database);
    database.exec("BEGIN");
    for (const lines of commits[1]!) writer.add(columnsOf(lines), (flow) => flow);
    writer.flush();
    database.exec("ROLLBACK");
    writer.discard();
    expect(kept(database)).toEqual(before);

    for (const batches of commits.slice(1)) commit(database, writer, batches);
    expect(kept(database)).toMatchObject({ count: 50_000, first: 40_000, last: 89_999 });
    expect(kept(database).bytes).toBeLessThanOrEqual(16 * MIB);
  });
});
