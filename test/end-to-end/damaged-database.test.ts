import {
  appendFileSync,
  closeSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { expect, test } from "vitest";
import { integrityOf } from "./database.ts";
import { Place } from "./import-place.ts";
import { denialLines } from "./log-lines.ts";
import { denyscope, startDenyscope } from "./program.ts";
import { statusOf, untilRead } from "./queries.ts";

const PAGE_BYTES = 4096;
const first = denialLines({ seed: 13, lines: 2000 });
const second = denialLines({ seed: 14, lines: 500, from: 600 });
const all = [...first, ...second];
/** More than a connection keeps of its pages in memory. */
const many = denialLines({ seed: 15, lines: 60_000 });

/** Overwrites all pages from one on. */
function damage(path: string, fromPage: number): void {
  const file = openSync(path, "r+");
  const noise = Buffer.alloc(PAGE_BYTES, 0x5a);
  const pages = statSync(path).size / PAGE_BYTES;
  for (let page = fromPage; page < pages; page++) {
    writeSync(file, noise, 0, PAGE_BYTES, page * PAGE_BYTES);
  }
  closeSync(file);
}

function movedAside(place: Place): readonly string[] {
  return readdirSync(place.path(".")).filter((name) =>
    /^denyscope\.db\.damaged-[-\dT]{19}Z$/.test(name),
  );
}

async function expectCountedAgain(place: Place, lines: number): Promise<void> {
  const { conservation, losses } = await statusOf(place.path("denyscope.db"));
  expect(conservation.lines).toMatchObject({ read: lines, denials: lines, holds: true });
  expect(conservation.packets).toMatchObject({ kept: lines, holds: true });
  expect(losses.map(({ reason }) => reason)).toEqual(["database-damaged"]);
  expect(losses[0]!.source).toBeUndefined();
  expect(integrityOf(place.path("denyscope.db"))).toBe("ok");
  expect(movedAside(place)).toHaveLength(1);
}

test("an agent moves a damaged database aside and counts what the log still holds", async () => {
  using place = new Place();
  const database = place.path("denyscope.db");
  const log = place.write("syslog", first);
  await using agent = startDenyscope(["agent", log, "--db", database]);
  await untilRead(database, first.length);
  await agent.end("SIGTERM");
  damage(database, 3);
  const imported = await denyscope(["import", log, "--db", database]);
  // What was counted lies in a rotated file by now.
  renameSync(log, `${log}.1`);
  place.write("syslog", second);
  await using next = startDenyscope(["agent", log, "--db", database]);
  await untilRead(database, all.length);
  const ended = await next.end("SIGTERM");
  const status = await denyscope(["status", "--db", database]);

  expect(imported, "only an agent does it by itself").toMatchObject({ status: 1 });
  expect(imported.stderr).toMatch(/damaged|malformed/);
  expect(ended).toMatchObject({ status: 0 });
  expect(ended.stderr).toMatch(/"level":50.*The database is damaged, it was moved aside/);
  expect(status.stdout).toMatch(/Known losses: packet counts are a lower bound/);
  expect(status.stdout).toMatch(/database-damaged/);
  await expectCountedAgain(place, all.length);
});

test("a running agent that meets damage ends, and its next start counts again", async () => {
  using place = new Place();
  const database = place.path("denyscope.db");
  const log = place.write("syslog", many);
  await using before = startDenyscope(["agent", log, "--db", database]);
  await untilRead(database, many.length);
  await before.end("SIGTERM");
  await using agent = startDenyscope(["agent", log, "--db", database]);
  await agent.says("Following a log");
  damage(database, 3);
  appendFileSync(log, second.join(""));
  const ended = await agent.ended;
  await using next = startDenyscope(["agent", log, "--db", database]);
  await untilRead(database, many.length + second.length);
  await next.end("SIGTERM");

  expect(ended.status).toBe(1);
  expect(ended.stderr).toMatch(/^Cannot use database ".*": its content is damaged/m);
  await expectCountedAgain(place, many.length + second.length);
});

test("damage that only a running agent has met is not forgotten", async () => {
  using place = new Place();
  const database = place.path("denyscope.db");
  const log = place.write("syslog", first);
  await using agent = startDenyscope(["agent", log, "--db", database]);
  await untilRead(database, first.length);
  await agent.end("SIGTERM");
  place.write("denyscope.db-damaged", ["database disk image is malformed"]);
  await using next = startDenyscope(["agent", log, "--db", database]);
  await next.says("moved aside");
  await untilRead(database, first.length);
  await next.end("SIGTERM");

  await expectCountedAgain(place, first.length);
});

test.each([
  ["the write-ahead log", "-wal", rmSync],
  ["the database", "", (path: string) => renameSync(path, `${path}.old`)],
])(
  "an agent ends when %s is taken away, and its next start counts each line once",
  async (...names) => {
    const [, suffix, takeAway] = names;
    using place = new Place();
    const database = place.path("denyscope.db");
    const log = place.write("syslog", first);
    await using agent = startDenyscope(["agent", log, "--db", database]);
    await untilRead(database, first.length);
    takeAway(database + suffix);
    appendFileSync(log, second.join(""));
    const ended = await agent.ended;
    await using next = startDenyscope(["agent", log, "--db", database]);
    await untilRead(database, all.length);
    await next.end("SIGTERM");

    expect(ended.status).toBe(1);
    expect(ended.stderr).toMatch(/its files were removed or replaced while they were in use/);
    const { conservation, losses } = await statusOf(database);
    expect(conservation.lines).toMatchObject({ read: all.length, holds: true });
    expect(losses).toEqual([]);
    expect(integrityOf(database)).toBe("ok");
  },
);
