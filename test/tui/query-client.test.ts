import { expect, test } from "vitest";
import { namingDefaults } from "../../src/query/endpoints/naming.ts";
import { openForWriting } from "../../src/store/open.ts";
import type { Answer, Ask } from "../../src/tui/queries/ask.ts";
import { QueryClient } from "../../src/tui/queries/query-client.ts";
import { TemporaryFolder } from "../follow/temporary-folder.ts";

const sql = (text: string): Ask => ({ kind: "sql", text });

/** Waits for answers of a client, in the order in which they come. */
function answersOf(client: QueryClient) {
  const told: string[] = [];
  let wake = () => {};
  const tell = (text: string) => {
    told.push(text);
    wake();
  };
  const textOf = (answer: Answer) => (answer.kind === "sql" ? answer.table.rows[0]![0]! : "");
  client.events = {
    answered: (_, answer) => tell(textOf(answer)),
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

test("a newer question replaces the one that waits, and not the one under way", async () => {
  using folder = new TemporaryFolder();
  openForWriting(folder.file("test.db")).close();
  await using client = new QueryClient();
  await client.open(folder.file("test.db"), namingDefaults);
  const answers = answersOf(client);
  for (const name of ["first", "second", "third", "last"]) client.ask(sql(`SELECT '${name}'`));
  expect(await answers.until(2)).toEqual(["first", "last"]);
});

test("what is fetched for an export replaces nothing, and what is refused is told", async () => {
  using folder = new TemporaryFolder();
  openForWriting(folder.file("test.db")).close();
  await using client = new QueryClient();
  await client.open(folder.file("test.db"), namingDefaults);
  const answers = answersOf(client);
  client.ask(sql("SELECT * FROM elsewhere"));
  const fetched = await client.fetch(sql("SELECT 'fetched'"));
  expect(fetched).toMatchObject({ table: { rows: [["fetched"]] } });
  await expect(client.fetch(sql("SELECT * FROM elsewhere"))).rejects.toThrow("no such table");
  expect(await answers.until(1)).toEqual(["no such table: elsewhere"]);
});

test("the pulse changes when somebody else commits", async () => {
  using folder = new TemporaryFolder();
  const database = openForWriting(folder.file("test.db"));
  await using client = new QueryClient();
  await client.open(folder.file("test.db"), namingDefaults);
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
  await expect(client.open("/nonexistent/test.db", namingDefaults)).rejects.toThrow(
    'Cannot open database "/nonexistent/test.db"',
  );
});
