import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { randomFrom } from "../../bench/syslog-generator.ts";
import { committedOffset } from "./database.ts";
import { followUp, logged } from "./follow-up-lines.ts";
import { expectCounts, Place } from "./import-place.ts";
import { outputOf, startDenyscope } from "./program.ts";
import { statusOf } from "./queries.ts";
import { isLong } from "../long-run.ts";

const SEED = 20_261_123;
const LINES = 60_000;
const KILLS = isLong ? 12 : 8;

test(`follow-ups count once when an import is killed again and again, seed ${SEED}`, {
  timeout: 300_000,
}, async () => {
  using killed = new Place();
  using sound = new Place();
  const random = randomFrom(SEED);
  const below = (limit: number) => Math.floor(random() * limit);
  let followUps = 0;
  const lines = Array.from({ length: LINES }, (_, index) => {
    const at = index / 50;
    const flow = { src: `10.0.1.${below(30)}`, dstPort: [80, 443, 5432][below(3)]!, at };
    if (random() < 0.7) {
      return logged({ ...flow, prefix: `calico-packet ${["a", "b", "c-est"][below(3)]}: ` });
    }
    followUps++;
    const [base, suffix] = [
      ["calico-packet", "calico-response"][below(2)],
      ["est", "rst"][below(2)],
    ];
    return followUp(`${base}-${suffix}: `, flow);
  });
  const log = killed.write("log", lines);
  const flags = ["--prefix-template", "calico-packet %n"];
  const whole = ["import", log, "--db", killed.path("db"), ...flags];
  const command = [...whole, "--commit-every", "0.25"];
  const offsets = new Set<number>();
  for (let kill = 0; kill < KILLS; kill++) {
    await using running = startDenyscope(command);
    let hasEnded = false;
    void running.ended.then(() => {
      hasEnded = true;
    });
    const before = committedOffset(killed.path("db")) ?? 0;
    while ((committedOffset(killed.path("db")) ?? 0) <= before && !hasEnded) await sleep(5);
    await sleep(random() * 5);
    await running.end("SIGKILL");
    offsets.add(committedOffset(killed.path("db")) ?? 0);
  }
  expect(offsets.size).toBeGreaterThan(KILLS / 2);
  await outputOf(whole);
  await outputOf(["import", log, "--db", sound.path("db"), ...flags]);

  expectCounts(killed.counted(), sound.counted());
  const flows = (of: Place) => outputOf(["flows", "--db", of.path("db"), "-o", "jsonl"]);
  expect(await flows(killed)).toBe(await flows(sound));
  expect((await statusOf(killed.path("db"))).conservation).toMatchObject({
    lines: {
      read: LINES,
      denials: LINES - followUps,
      other: { "follow-up": followUps },
      holds: true,
    },
    packets: { logged: LINES - followUps, holds: true },
  });
});
