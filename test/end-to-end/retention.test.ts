import { statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { randomFrom, writeSyslog } from "../../bench/syslog-generator.ts";
import type { FlowsAnswer } from "../../src/query/flows.ts";
import { integrityOf, reading } from "./database.ts";
import { Place } from "./import-place.ts";
import { denialLines } from "./log-lines.ts";
import { denyscope, outputOf, startDenyscope } from "./program.ts";
import { statusOf } from "./queries.ts";
import { isLong } from "../long-run.ts";

const MIB = 1024 * 1024;
const DAY_MS = 86_400_000;
const WAIT_MS_MAX = 60_000;

const flood = isLong
  ? { seed: 5, lines: 5_000_000, flows: 4_000_000, seconds: 10 * 86_400, skew: 0 }
  : { seed: 5, lines: 200_000, flows: 180_000, seconds: 10 * 86_400, skew: 0 };
const capMib = isLong ? 64 : 16;
/** Lines of a transaction, and what its rows may take at most. */
const COMMIT_MIB = 1;
const SLACK_BYTES = 12 * MIB;
const KILLS = isLong ? 20 : 3;

test(`a flood of ${flood.flows} flows stays below the bound, also when it is killed, seed 5`, {
  timeout: 900_000,
}, async () => {
  using place = new Place();
  const log = place.path("syslog");
  writeSyslog(log, flood);
  const database = place.path("denyscope.db");
  const command = ["import", log, "--db", database, "--commit-every", String(COMMIT_MIB)];
  command.push("--database-bytes-max", `${capMib}MiB`);
  const random = randomFrom(flood.seed);
  let most = 0;
  const watch = setInterval(() => {
    most = Math.max(most, statSync(database, { throwIfNoEntry: false })?.size ?? 0);
  }, 20);
  for (let kill = 0; kill < KILLS; kill++) {
    await using running = startDenyscope(command);
    await sleep(500 + random() * 1000);
    await running.end("SIGKILL");
  }
  let ended = await denyscope(command);
  // A run that takes too long for a test is killed once more.
  while (ended.status === null) ended = await denyscope(command);
  clearInterval(watch);
  expect(ended.status, ended.stderr).toBe(0);
  const { conservation, losses } = await statusOf(database);
  const days = reading(database, (open) => {
    const from = "CAST((SELECT value FROM meta WHERE key = 'days-kept-from') AS INTEGER)";
    return open
      .prepare<[], [number, number]>(
        `SELECT day, sum(packets) FROM flow_days WHERE day >= coalesce(${from}, 0) GROUP BY day`,
      )
      .raw()
      .all();
  });

  expect(conservation.lines).toMatchObject({ read: flood.lines, holds: true });
  expect(conservation.packets).toMatchObject({ logged: flood.lines, holds: true });
  expect(conservation.packets.expired).toBeGreaterThan(0);
  expect(most).toBeLessThan(capMib * MIB + SLACK_BYTES);
  expect(statSync(database).size, "when it has ended").toBeLessThanOrEqual((capMib + 1) * MIB);
  // The first and the last day are halves: it begins at noon.
  for (const [day, packets] of days) {
    const isLast = day === days.at(-1)![0];
    expect(packets).toBeCloseTo(flood.lines / (isLast ? 20 : 10), -1);
  }
  expect(losses).toEqual([]);
  expect(integrityOf(database)).toBe("ok");
});

test("an agent forgets minutes, hours and days by their age, and queries say so", async () => {
  using place = new Place();
  const database = place.path("denyscope.db");
  const ages = [40, 20, 5, 0.05];
  const lines = 200;
  const logs = ages.map((days, index) =>
    place.write(`syslog.${index}`, aged(denialLines({ seed: index, lines }), days * DAY_MS)),
  );
  await outputOf(["import", ...logs, "--db", database]);
  const log = place.write("syslog", []);
  const keep = ["--keep-minutes", "2d", "--keep-hours", "10d", "--keep-days", "30d"];
  await using agent = startDenyscope(["agent", log, "--db", database, ...keep]);
  const deadline = Date.now() + WAIT_MS_MAX;
  const first = (unit: string) =>
    reading(database, (open) =>
      Number(open.prepare(`SELECT min(${unit}) FROM flow_${unit}s`).pluck().get()),
    );
  const today = Math.floor(Date.now() / DAY_MS);
  while (first("day") < today - 30 && Date.now() < deadline) await sleep(100);
  const ended = await agent.end("SIGTERM");
  const { conservation } = await statusOf(database);
  const asked = ["flows", "--db", database, "--since", "6d", "--until", "5d"];
  const { window } = JSON.parse(await outputOf([...asked, "-o", "json"])) as FlowsAnswer;
  const table = await outputOf(asked);

  expect(ended.status, ended.stderr).toBe(0);
  expect(conservation.lines).toMatchObject({ read: ages.length * lines, holds: true });
  expect(conservation.packets).toMatchObject({
    kept: (ages.length - 1) * lines,
    expired: lines,
    holds: true,
  });
  expect(first("minute") / 1440).toBeGreaterThan(today - 3);
  expect(first("hour") / 24).toBeGreaterThan(today - 11);
  expect(first("day")).toBeGreaterThan(today - 31);
  expect(window.snappedTo).toBe("hour");
  expect(table).toMatch(/Shorter times are not kept so far back: .* whole hours|No denied flows/);
  expect(integrityOf(database)).toBe("ok");
});

/** The same lines, so long before now. */
function aged(lines: readonly string[], ms: number): string[] {
  const shift = Date.now() - ms - Date.parse(lines[0]!.slice(0, 32));
  return lines.map((line) => {
    const stamp = new Date(Date.parse(line.slice(0, 32)) + shift).toISOString();
    return stamp.replace("Z", "000+00:00") + line.slice(32);
  });
}

test.each([
  ["--keep-minutes", "a week", "a duration such as 36h or 7d"],
  ["--database-bytes-max", "4MiB", "a size of at least 8MiB"],
  ["--database-bytes-max", "1 GB", "a size of at least 8MiB"],
])("%s %j is refused", async (flag, value, expected) => {
  const { status, stderr } = await denyscope(["config", flag, value]);
  expect(status).toBe(2);
  expect(stderr).toContain(`Cannot use "${value}" for ${flag}`);
  expect(stderr).toContain(expected);
});
