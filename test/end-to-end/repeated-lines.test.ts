import { appendFileSync } from "node:fs";
import { expect, test } from "vitest";
import { startAgent } from "./agent-run.ts";
import { packetSums } from "./database.ts";
import { Place } from "./import-place.ts";
import { denialLines } from "./log-lines.ts";
import { statusOf, untilRead } from "./queries.ts";

const [first, second] = denialLines({ lines: 2 }) as [string, string];
const again = (times: number) =>
  `2026-11-22T12:00:30.000000+00:00 worker-1 last message repeated ${times} times\n`;

test("an import goes on with repeats of a line that an import before has counted", async () => {
  using place = new Place();
  const log = place.write("syslog", [first, second]);
  await place.import(log);
  for (const times of [4, 7]) {
    appendFileSync(log, again(times));
    await place.import(log);
  }

  expect(packetSums(place.path("db"))).toEqual([13, 13, 13]);
  const { conservation } = await statusOf(place.path("db"));
  expect(conservation).toMatchObject({
    lines: { read: 4, denials: 2, other: { "repeat-of-previous": 2 }, holds: true },
    packets: { logged: 13, kept: 13, holds: true },
  });
});

test("an agent that is killed between a line and its repeats counts both once", async () => {
  using place = new Place();
  const [log, database] = [place.write("syslog", [first, second]), place.path("db")];
  let lines = 2;
  for (const times of [4, 7, 2]) {
    await using agent = startAgent({ logs: [log], database, more: ["--from", "start"] });
    await untilRead(database, lines);
    await agent.end("SIGKILL");
    appendFileSync(log, again(times));
    lines++;
  }
  await using last = startAgent({ logs: [log], database });
  await untilRead(database, lines);
  await last.end("SIGTERM");

  expect(packetSums(database)).toEqual([15, 15, 15]);
});
