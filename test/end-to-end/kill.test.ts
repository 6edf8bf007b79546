import { appendFileSync, mkdtempDisposableSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { randomFrom, writeSyslog } from "../../bench/syslog-generator.ts";
import { committedOffset, countedIn, differences, integrityOf, packetSums } from "./database.ts";
import { denyscope, outputOf, startDenyscope } from "./program.ts";
import { statusOf, untilRead } from "./queries.ts";
import { isLong } from "../long-run.ts";

const WAIT_MS_MAX = 60_000;
const LF = 0x0a;

/** Kills at any moment of a run, and those that must come between its first and last commit. */
const importKills = isLong ? { early: 40, between: 160 } : { early: 2, between: 8 };
/** Those of kill-rotated.test.ts come on top. */
const agentKills = isLong ? 100 : 6;

const importShape = { seed: 7, lines: isLong ? 4_000_000 : 500_000, flows: 1500, seconds: 3600 };
const IMPORT_SEED = 20_261_122;
const AGENT_SEED = 1_122_026;

test(`import counts each line once when it is killed again and again, seed ${IMPORT_SEED}`, {
  timeout: 600_000,
}, async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), "denyscope-kill-"));
  const [log, killed, sound] = ["syslog", "killed.db", "sound.db"].map((name) =>
    join(folder.path, name),
  ) as [string, string, string];
  const { bytes } = writeSyslog(log, importShape);
  const random = randomFrom(IMPORT_SEED);
  const whole = ["import", log, "--db", killed];
  const command = [...whole, "--commit-every", "0.25"];
  const offsets: number[] = [];
  /** Kills, with what was committed then. */
  const kill = async (moment: (ended: () => boolean) => Promise<void>) => {
    await using running = startDenyscope(command);
    let hasEnded = false;
    void running.ended.then(() => {
      hasEnded = true;
    });
    await moment(() => hasEnded);
    const { status, stderr } = await running.end("SIGKILL");
    expect(status, `it ended by itself: ${stderr}`).toBeNull();
    offsets.push(committedOffset(killed) ?? 0);
  };

  for (let n = 0; n < importKills.early; n++) await kill(() => sleep(random() * 150));
  const share = (0.15 * bytes) / importKills.between;
  for (let n = 0; n < importKills.between; n++) {
    const wanted = (committedOffset(killed) ?? 0) + 1 + random() * 2 * share;
    await kill(async (ended) => {
      while ((committedOffset(killed) ?? 0) < wanted && !ended()) await sleep(5);
      await sleep(random() * 4);
    });
  }
  const { status, stderr } = await denyscope(whole);
  await outputOf(["import", log, "--db", sound]);

  expect(status, stderr).toBe(0);
  const between = offsets.filter((offset) => offset > 0 && offset < bytes);
  expect(between.length).toBeGreaterThanOrEqual(importKills.between);
  expect(new Set(between).size).toBeGreaterThan(importKills.between / 2);
  await expectSameCounts(killed, sound, importShape.lines);
});

test(`agent counts each line once when it is killed while the log grows, seed ${AGENT_SEED}`, {
  timeout: 600_000,
}, async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), "denyscope-kill-"));
  const [log, killed, sound] = ["syslog", "killed.db", "sound.db"].map((name) =>
    join(folder.path, name),
  ) as [string, string, string];
  const random = randomFrom(AGENT_SEED);
  const writer = new LogWriter(log, linesOfToday(folder.path), random);
  const command = ["agent", log, "--db", killed, "--node", "worker", "--from", "start"];
  let between = 0;
  for (let n = 0; n < agentKills; n++) {
    await using running = startDenyscope(command);
    const before = committedOffset(killed) ?? 0;
    const deadline = Date.now() + WAIT_MS_MAX;
    // A machine may be too slow to commit anything between two kills at random moments.
    const mustCommit = n % 4 !== 0;
    const isTime = () => !mustCommit || (committedOffset(killed) ?? 0) > before;
    const pauseMs = random() * 400;
    for (const end = Date.now() + pauseMs; Date.now() < end || !isTime(); ) {
      expect(Date.now()).toBeLessThan(deadline);
      writer.write();
      await sleep(4);
    }
    expect((await running.end("SIGKILL")).status).toBeNull();
    const offset = committedOffset(killed) ?? 0;
    if (offset > 0 && offset < writer.bytes) between++;
  }
  writer.finish();
  await using running = startDenyscope(command);
  await untilRead(killed, writer.lines);
  const { status, stderr } = await running.end("SIGTERM");
  await outputOf(["import", log, "--db", sound, "--node", "worker"]);

  expect(status, stderr).toBe(0);
  expect(between).toBeGreaterThanOrEqual(agentKills * 0.7);
  await expectSameCounts(killed, sound, writer.lines);
});

async function expectSameCounts(killed: string, sound: string, lines: number): Promise<void> {
  const [got, wanted] = [countedIn(killed), countedIn(sound)];
  expect(differences(got.counts, wanted.counts)).toEqual([]);
  expect(got.recent).toBe(wanted.recent);
  expect(await outputOf(["flows", "--db", killed, "-o", "jsonl"])).toBe(
    await outputOf(["flows", "--db", sound, "-o", "jsonl"]),
  );
  expect(packetSums(killed)).toEqual([lines, lines, lines]);
  const { conservation, sources, losses } = await statusOf(killed);
  expect(conservation.lines).toMatchObject({ read: lines, denials: lines, holds: true });
  expect(conservation.packets).toMatchObject({ logged: lines, kept: lines, holds: true });
  expect(sources).toHaveLength(1);
  expect(losses).toEqual([]);
  expect(integrityOf(killed)).toBe("ok");
}

/**
 * Denials of the last hour: the agent takes a line that is a day off for one with a wrong clock.
 */
function linesOfToday(folder: string): Buffer {
  const path = join(folder, "generated");
  writeSyslog(path, { seed: 9, lines: 20_000, flows: 300, seconds: 1200 });
  const text = readFileSync(path, "utf8");
  const first = Date.parse(text.slice(0, text.indexOf(" ")));
  const shift = Date.now() - 3_600_000 - first;
  return Buffer.from(
    text.replaceAll(/^\S+/gm, (stamp) => new Date(Date.parse(stamp) + shift).toISOString()),
  );
}

/** Appends to a log in pieces that end anywhere, as a writer with a buffer does. */
class LogWriter {
  bytes = 0;
  lines = 0;
  readonly #path: string;
  readonly #content: Buffer;
  readonly #random: () => number;

  constructor(path: string, content: Buffer, random: () => number) {
    this.#path = path;
    this.#content = content;
    this.#random = random;
  }

  write(): void {
    const at = this.bytes % this.#content.length;
    this.#append(this.#content.subarray(at, at + Math.ceil(this.#random() * 2000)));
  }

  /** Ends the line that was begun. */
  finish(): void {
    const at = this.bytes % this.#content.length;
    if (at > 0) this.#append(this.#content.subarray(at, this.#content.indexOf(LF, at) + 1));
  }

  #append(piece: Buffer): void {
    appendFileSync(this.#path, piece);
    this.bytes += piece.length;
    this.lines += piece.reduce((count, byte) => count + Number(byte === LF), 0);
  }
}
