import { expect, test } from "vitest";
import { namingDefaults } from "../../src/query/endpoints/naming.ts";
import { openForWriting } from "../../src/store/open.ts";
import type { Ask } from "../../src/tui/queries/ask.ts";
import { QueryClient } from "../../src/tui/queries/query-client.ts";
import { childrenOf } from "../children-of.ts";
import { TemporaryFolder } from "../follow/temporary-folder.ts";

const shared = (path: string) => ({ path, naming: namingDefaults, hasName: true });

const sql = (text: string): Ask => ({ kind: "sql", text });

/** A question that is known by the limit in it. */
const events = (limit: number, since?: string): Ask => ({
  kind: "events",
  filter: { terms: [], ...(since === undefined ? {} : { since }) },
  without: [],
  limit,
});

/** Takes hours. */
const endless =
  "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n";

/** Waits for answers of a client, in the order in which they come. */
function answersOf(client: QueryClient) {
  const told: string[] = [];
  let wake = () => {};
  const tell = (text: string) => {
    told.push(text);
    wake();
  };
  client.events = {
    answered: (ask, answer) => {
      if (answer.kind === "sql") tell(answer.table.rows[0]![0]!);
      else tell(ask.kind === "events" ? `events ${ask.limit}` : ask.kind);
    },
    refused: (_, message) => tell(message),
    beat: ({ version }) => tell(`version ${version}`),
    failed: tell,
  };
  return {
    told,
    async until(count: number) {
      while (told.length < count) await new Promise<void>((resolve) => (wake = resolve));
      return told;
    },
  };
}

async function opened(folder: TemporaryFolder): Promise<QueryClient> {
  openForWriting(folder.file("test.db")).close();
  const client = new QueryClient();
  await client.open(shared(folder.file("test.db")));
  return client;
}

test("a newer question replaces the one that waits, and not the one under way", async () => {
  using folder = new TemporaryFolder();
  await using client = await opened(folder);
  const answers = answersOf(client);
  for (const limit of [1, 2, 3, 4]) client.ask(events(limit));
  expect(await answers.until(2)).toEqual(["events 1", "events 4"]);
});

test("what is fetched for an export replaces nothing, and what is refused is told", async () => {
  using folder = new TemporaryFolder();
  await using client = await opened(folder);
  const answers = answersOf(client);
  client.ask(events(1, "never"));
  const fetched = await client.fetch(events(2));
  expect(fetched).toMatchObject({ kind: "events" });
  await expect(client.fetch(events(3, "never"))).rejects.toThrow("never");
  expect(await answers.until(1)).toEqual([expect.stringContaining("never")]);
});

test("a statement that takes long keeps no other question waiting", async () => {
  using folder = new TemporaryFolder();
  await using client = await opened(folder);
  const answers = answersOf(client);
  client.ask(sql(endless));
  client.ask(events(1));
  client.pulse();
  expect(await answers.until(1)).toEqual(["events 1"]);
});

test("a statement is stopped, alone or for another", async () => {
  using folder = new TemporaryFolder();
  await using client = await opened(folder);
  const answers = answersOf(client);
  client.ask(sql(endless));
  client.stopSql();
  client.ask(sql(endless));
  client.ask(sql("SELECT 'another'"));
  expect(await answers.until(1)).toEqual(["another"]);
  client.ask(sql("SELECT 'again'"));
  expect(await answers.until(2)).toEqual(["another", "again"]);
});

test("why a statement cannot run is told", async () => {
  using folder = new TemporaryFolder();
  await using client = await opened(folder);
  const answers = answersOf(client);
  client.ask(sql("SELECT * FROM elsewhere"));
  expect(await answers.until(1)).toEqual(["no such table: elsewhere"]);
  client.ask(sql("DELETE FROM flows"));
  expect((await answers.until(2))[1]).toContain("only statements that read rows");
});

test("the process of statements is gone with the screen, whatever it does", async () => {
  using folder = new TemporaryFolder();
  const others = new Set(childrenOf(process.pid));
  const client = await opened(folder);
  client.ask(sql(endless));
  const own = childrenOf(process.pid).filter((pid) => !others.has(pid));
  expect(own).toHaveLength(1);
  await client[Symbol.asyncDispose]();
  await expect.poll(() => childrenOf(process.pid).filter((pid) => own.includes(pid))).toEqual([]);
});

test("the pulse changes when somebody else commits", async () => {
  using folder = new TemporaryFolder();
  const database = openForWriting(folder.file("test.db"));
  await using client = new QueryClient();
  await client.open(shared(folder.file("test.db")));
  const answers = answersOf(client);
  client.pulse();
  await answers.until(1);
  client.pulse();
  await answers.until(2);
  database.prepare("INSERT INTO nodes (name) VALUES ('another')").run();
  client.pulse();
  const [first, same, changed] = await answers.until(3);
  database.close();
  expect(same).toBe(first);
  expect(changed).not.toBe(first);
});

test("a database that cannot be opened is told in one line", async () => {
  await using client = new QueryClient();
  await expect(client.open(shared("/nonexistent/test.db"))).rejects.toThrow(
    'Cannot open database "/nonexistent/test.db"',
  );
});
