import { appendFileSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createHash } from "node:crypto";
import { spawnSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { committedOffset, integrityOf } from "./database.ts";
import { Place } from "./import-place.ts";
import { denialLines } from "./log-lines.ts";
import { program, programEnvironment } from "./built-program.ts";
import { denyscope, outputOf, startDenyscope } from "./program.ts";
import { flowsOf, statusOf, untilRead } from "./queries.ts";

const WAIT_MS_MAX = 20_000;

const lines = denialLines({ seed: 21, lines: 3000 });

async function filled(place: Place): Promise<string> {
  const database = place.path("denyscope.db");
  await outputOf(["import", place.write("syslog", lines), "--db", database]);
  return database;
}

test("backup while an agent writes is of one moment, sound, and its sums hold", async () => {
  using place = new Place();
  const database = place.path("denyscope.db");
  const log = place.write("syslog", []);
  await using agent = startDenyscope(["agent", log, "--db", database]);
  await agent.says("Following a log");
  let written = 0;
  let isWriting = true;
  const load = (async () => {
    for (; isWriting; written += 100) {
      const at = written % lines.length;
      appendFileSync(log, lines.slice(at, at + 100).join(""));
      await sleep(20);
    }
  })();
  await untilReadSome(database);
  const reads: number[] = [];
  for (let n = 0; n < 5; n++) {
    const copy = place.path(`copy-${n}.db`);
    const before = committedOffset(database);
    await expect.poll(() => committedOffset(database), { timeout: 60_000 }).not.toBe(before);
    await outputOf(["backup", copy, "--db", database]);
    const { conservation } = await statusOf(copy);
    expect(integrityOf(copy)).toBe("ok");
    expect(conservation.lines).toMatchObject({ holds: true });
    expect(conservation.packets).toMatchObject({ kept: conservation.lines.read, holds: true });
    reads.push(conservation.lines.read);
  }
  isWriting = false;
  await load;
  await untilRead(database, written);
  await agent.end("SIGTERM");

  expect(reads).toEqual(reads.toSorted((a, b) => a - b));
  expect(new Set(reads).size, "it grew meanwhile").toBeGreaterThan(1);
});

async function untilReadSome(database: string): Promise<void> {
  await expect
    .poll(async () => (await denyscope(["flows", "--db", database])).stdout, {
      timeout: WAIT_MS_MAX,
    })
    .toMatch(/packets denied/);
}

test("a copy answers as its database does, and only its owner may read it", async () => {
  using place = new Place();
  const database = await filled(place);
  const copy = place.path("copy.db");
  const { stdout, stderr } = await denyscope(["backup", copy, "--db", database]);

  expect(stdout).toBe("");
  expect(stderr).toBe(`Copied ${database} to ${copy}\n`);
  expect(statSync(copy).mode & 0o777).toBe(0o600);
  expect(await flowsOf(copy)).toEqual(await flowsOf(database));
  expect(await outputOf(["top", "src", "--db", copy])).toBe(
    await outputOf(["top", "src", "--db", database]),
  );
  // And what it counts goes on from there.
  const again = await denyscope(["import", place.path("syslog"), "--db", copy]);
  expect(again.stderr).toMatch(/0 new lines|counted before/);
});

test("- is standard output, with nothing left behind", async () => {
  using place = new Place();
  const database = await filled(place);
  mkdirSync(place.path("tmp"));
  const { stdout, status } = spawnSync(
    process.execPath,
    [program, "backup", "-", "--db", database],
    {
      env: { ...programEnvironment, TMPDIR: place.path("tmp") },
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  const copy = place.write("streamed.db", stdout);

  expect(status).toBe(0);
  expect(integrityOf(copy)).toBe("ok");
  expect(await flowsOf(copy)).toEqual(await flowsOf(database));
  expect(readdirSync(place.path("tmp")).filter((name) => /denyscope/.test(name))).toEqual([]);
});

test.for([
  ["has gone away", "head -c 100 >/dev/null", 0, ""],
  ["is a full disk", "", 1, "Cannot write to standard output: no space left on device\n"],
] as const)("- leaves nothing behind when its reader %s", async ([, reader, status, said]) => {
  using place = new Place();
  const database = await filled(place);
  mkdirSync(place.path("tmp"));
  const command = reader === "" ? '"$@" >/dev/full' : `set -o pipefail; "$@" | ${reader}`;
  const words = ["-c", command, "bash", process.execPath, program, "backup", "-", "--db", database];
  const ended = spawnSync("bash", words, {
    env: { ...programEnvironment, TMPDIR: place.path("tmp") },
    encoding: "utf8",
  });

  expect(ended.status).toBe(status);
  expect(ended.stderr).toBe(said);
  expect(readdirSync(place.path("tmp")).filter((name) => /denyscope/.test(name))).toEqual([]);
});

test("a file that is there is kept, unless --force is given", async () => {
  using place = new Place();
  const database = await filled(place);
  const copy = place.write("copy.db", ["precious"]);
  const refused = await denyscope(["backup", copy, "--db", database]);
  const content = readFileSync(copy, "utf8");
  const forced = await denyscope(["backup", copy, "--db", database, "--force"]);

  expect(refused).toMatchObject({ status: 1, stdout: "" });
  expect(refused.stderr).toBe(
    `Cannot write backup "${copy}": it is already there; name another file, or use --force\n`,
  );
  expect(content).toBe("precious");
  expect(forced.status).toBe(0);
  expect(integrityOf(copy)).toBe("ok");
  expect(readdirSync(place.path(".")).filter((name) => /unfinished/.test(name))).toEqual([]);
});

test("what cannot be done is said in one line, and changes nothing", async () => {
  using place = new Place();
  const database = await filled(place);
  const hash = () => createHash("sha256").update(readFileSync(database)).digest("hex");
  const before = hash();
  const cases: readonly (readonly [args: readonly string[], message: RegExp])[] = [
    [[database, "--force"], /it is the database itself/],
    [[place.path("none/copy.db")], /its folder does not exist/],
    [[place.path(".")], /it is a directory/],
    [[place.path("copy.db"), "--db", place.path("none.db")], /none.db": it does not exist/],
  ];
  for (const [args, message] of cases) {
    const { status, stderr } = await denyscope(["backup", "--db", database, ...args]);
    expect(status).toBe(1);
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  }
  expect(hash()).toBe(before);
  expect(readdirSync(place.path(".")).filter((name) => /copy|unfinished/.test(name))).toEqual([]);
});
