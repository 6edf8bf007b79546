import { mkdtempDisposableSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { randomFrom } from "../../bench/syslog-generator.ts";
import { startAgent, untilCounted } from "./agent-run.ts";
import { integrityOf, packetsIn } from "./database.ts";
import { RotatedLog } from "./model/rotated-log.ts";
import { parseSequence } from "./model/sequence.ts";
import { countedNumbers, miscounted, ranges } from "./numbered-lines.ts";
import { statusOf } from "./queries.ts";
import { isLong } from "../long-run.ts";

const KILLS = isLong ? 200 : 10;
const SEED = 20_261_123;
const ROTATE_WAIT_SECONDS = 1;
const WRITE_EVERY_MS = 10;
const LINES_MAX = 80;
/** So that some kills come before the first commit of a process, and some after many. */
const RUN_MS_MAX = 3200;
const RUN_MS_MIN = 300;
const UNFINISHED_MAX = 5;
const COUNTED_MS_MAX = 60_000;

test(`${KILLS} kill -9 while the log grows and is rotated and compressed, seed ${SEED}`, {
  timeout: 1_200_000,
}, async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), "denyscope-kill-"));
  const database = join(folder.path, "db");
  // Nothing is deleted: each line is in a file at the end.
  const { setup } = parseSequence("dateext keep-999 delaycompress gz create own-head disk: hup");
  const log = new RotatedLog(folder.path, setup, 1000 * ROTATE_WAIT_SECONDS);
  const random = randomFrom(SEED);
  let isWriting = true;
  const writing = writeAndRotate(log, random, () => isWriting);
  const plan = { logs: [log.path], database, rotateWaitSeconds: ROTATE_WAIT_SECONDS };
  let [between, before] = [0, 0];
  for (let kills = 0; kills < KILLS; kills++) {
    await using agent = startAgent(plan);
    // What was rotated before an agent has ever begun is none of its.
    if (kills === 0) await agent.says("Following a log");
    // A start takes as long as the machine lets it; some are killed in the middle of theirs.
    else if (kills % 4 !== 0) await agent.says("Agent started");
    await sleep(RUN_MS_MIN + random() * (RUN_MS_MAX - RUN_MS_MIN));
    expect((await agent.end("SIGKILL")).status, "it ran until it was killed").toBeNull();
    const counted = packetsIn(database);
    if (counted > before && counted < log.written.length) between++;
    before = counted;
  }
  isWriting = false;
  await writing;
  await log.hup();
  await using agent = startAgent(plan);
  const wanted = [...log.present("with").keys()];
  await untilCounted(database, wanted, COUNTED_MS_MAX);
  const { status, stderr } = await agent.end("SIGTERM");
  const counted = countedNumbers(database);
  const { missing, doubled } = miscounted(counted, wanted);
  const { conservation, losses } = await statusOf(database);

  expect(status, stderr).toBe(0);
  // A line that was begun when a slow machine told of a rotation too late is never finished: it
  // counts if enough of it is there to be a denial.
  expect(log.unfinished.length).toBeLessThan(UNFINISHED_MAX);
  const whole = new Set(wanted);
  const cut = [...counted.keys()].filter((number) => !whole.has(number));
  expect(log.unfinished, "whatever else is counted").toEqual(expect.arrayContaining(cut));
  expect({ missing: ranges(missing), doubled: ranges(doubled) }).toEqual({
    missing: "",
    doubled: "",
  });
  expect(between, "kills after a commit, with more to count").toBeGreaterThan(KILLS / 20);
  expect(conservation.lines).toMatchObject({ denials: counted.size, holds: true });
  expect(conservation.packets).toMatchObject({ kept: counted.size, holds: true });
  expect(losses).toEqual([]);
  expect(integrityOf(database)).toBe("ok");
  log.close();
});

/** Some 4,000 lines a second, in pieces that end anywhere, with a rotation every second or so. */
async function writeAndRotate(
  log: RotatedLog,
  random: () => number,
  goesOn: () => boolean,
): Promise<void> {
  const ROTATIONS_PER_WRITE = 0.01;
  const HUPS_PER_WRITE = 0.05;
  const hup = async () => {
    await log.write(0);
    await log.hup();
  };
  while (goesOn()) {
    await log.write(Math.floor(random() * LINES_MAX));
    if (random() < HUPS_PER_WRITE) await hup();
    if (random() < ROTATIONS_PER_WRITE) {
      await hup();
      await log.half(Math.ceil(random() * 100));
      await log.rotate();
    } else if (random() < 0.5) {
      await log.half(Math.ceil(random() * 100));
    }
    await sleep(WRITE_EVERY_MS);
  }
  await log.write(0);
}
