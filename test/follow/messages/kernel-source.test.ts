import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { readBootId } from "../../../src/follow/messages/boot-id.ts";
import { systemUptime } from "../../../src/follow/messages/kernel-clock.ts";
import {
  followKernelBuffer,
  type KernelBufferOptions,
} from "../../../src/follow/messages/kernel-source.ts";
import { kernelBufferReach } from "../../../src/follow/source-facts.ts";
import type { SourceStart } from "../../../src/follow/messages/source-batch.ts";
import { needs, programMissing } from "../../end-to-end/machine.ts";
import { GatheredSource } from "./gathered-source.ts";
import { lockKernelLog } from "../kernel-log-lock.ts";

const bootId = readBootId();
const POLL_MS = 5;
/** More than the largest buffer that a kernel is built with by default, in records of this size. */
const FLOOD_RECORDS = 1500;
const RECORD_BYTES = 900;

function missing(): string | undefined {
  if (process.getuid?.() !== 0) return "Writing to /dev/kmsg needs root.";
  const { state, because } = kernelBufferReach();
  return state === "usable" ? programMissing("flock") : `/dev/kmsg ${because}.`;
}

needs("/dev/kmsg", missing());

function follow(start: SourceStart, more: Partial<KernelBufferOptions> = {}): GatheredSource {
  const clocks = { now: () => Date.now() * 1000, uptime: systemUptime };
  const settings = { start, offset: 0, bootId, host: "n1", pollMs: POLL_MS, retryMsMin: 10 };
  return new GatheredSource((given) =>
    followKernelBuffer({ ...settings, ...clocks, ...given, ...more }),
  );
}

/**
 * As a process does; the kernel limits how many records come by one descriptor. Without a line end
 * a record could go on, and nobody could read it before the next one is written.
 */
function write(text: string): void {
  writeFileSync("/dev/kmsg", `${text}\n`);
}

const sequenceOf = (cursor: string) => Number(cursor.split(":")[1]);
const end = (): SourceStart => ({ from: "end", time: Date.now() * 1000 });

/** Waits until the source has reached the end, by a record that it gives. */
async function settled(source: GatheredSource): Promise<void> {
  const mark = randomUUID();
  write(mark);
  await source.untilCount(1, mark);
}

describe.skipIf(missing() !== undefined)("followKernelBuffer()", () => {
  test("gives what is there, and what comes, each record once", async () => {
    const mark = randomUUID();
    write(`${mark} old`);
    await using source = follow({ from: "boot" });
    await source.untilCount(1, mark);
    expect(source.live[0]).toBe(false);
    const before = Date.now() * 1000;
    write(`${mark} new \u00e4 \\ \u0001`);
    await source.untilCount(2, mark);
    expect(source.live.at(-1)).toBe(true);
    const [old, fresh, ...rest] = source.lines.filter((line) => line.includes(mark));
    expect(rest).toEqual([]);
    expect(old).toMatch(new RegExp(`^20\\S+\\+00:00 n1 kmsg\\[0\\]: ${mark} old$`));
    expect(fresh!.endsWith(" new \u00c3\u00a4 \\ \u0001")).toBe(true);
    const time = Date.parse(fresh!.split(" ")[0]!) * 1000;
    expect(time).toBeGreaterThanOrEqual(before - 1_000_000);
    expect(time).toBeLessThanOrEqual(Date.now() * 1000);
    expect(source.lines.some((line) => / kernel: \[ *\d+\.\d{6}\] /.test(line))).toBe(true);
    expect(source.losses).toEqual([]);
  });

  test("begins at the end, and goes on behind its cursor", async () => {
    const mark = randomUUID();
    write(`${mark} 0`);
    let cursor: string;
    {
      await using source = follow(end());
      await source.until(() => source.events.length > 0, "an opened source");
      await sleep(10 * POLL_MS);
      write(`${mark} 1`);
      await source.untilCount(1, mark);
      expect(source.messages(mark)).toEqual([`${mark} 1`]);
      ({ cursor } = source);
      expect(cursor).toMatch(new RegExp(`^${bootId}:\\d+$`));
    }
    write(`${mark} 2`);
    await using next = follow({ from: "cursor", cursor, lastTime: 0 });
    write(`${mark} 3`);
    await next.untilCount(2, mark);
    await settled(next);
    expect(next.messages(mark)).toEqual([`${mark} 2`, `${mark} 3`]);
    expect(next.losses).toEqual([]);
  });

  test("gives only what was written since a time", async () => {
    const mark = randomUUID();
    write(`${mark} before`);
    await sleep(50);
    const time = Date.now() * 1000;
    await sleep(50);
    write(`${mark} since`);
    await using source = follow({ from: "time", time });
    await source.untilCount(1, mark);
    await settled(source);
    expect(source.messages(mark)).toEqual([`${mark} since`]);
  });

  test("knows that the machine was started anew", async () => {
    const cursor = "01234567-89ab-cdef-0123-456789abcdef:17";
    await using source = follow({ from: "cursor", cursor, lastTime: 123 });
    await settled(source);
    const [restart, ...overrun] = source.losses;
    expect(restart).toMatchObject({
      reason: "rotated-unread",
      detail: "the machine was started anew: nobody knows what the kernel wrote before",
      fromTime: 123,
      offset: 0,
    });
    expect(restart).not.toHaveProperty("lines");
    // Of this boot, what was overwritten before is missing too.
    expect(overrun.every(({ reason }) => reason === "overrun")).toBe(true);
    const lost = overrun.reduce((sum, { lines = 0 }) => sum + lines, 0);
    expect(source.lines.length + lost).toBe(sequenceOf(source.cursor) + 1);
  });

  test("counts exactly what was overwritten before it was read", { timeout: 360_000 }, async () => {
    await using _lock = await lockKernelLog();
    const mark = randomUUID();
    const source = follow(end());
    await source.until(() => source.events.length > 0, "an opened source");
    await sleep(10 * POLL_MS);
    await settled(source);
    const before = { cursor: source.cursor, lines: source.lines.length };
    const release = source.holdBack();
    write(`${mark} first`);
    await source.untilCount(1, mark);
    for (let record = 0; record < FLOOD_RECORDS; record++) {
      write(`${mark} ${record} ${"x".repeat(RECORD_BYTES)}`);
    }
    release();
    await settled(source);
    await source.end();
    expect(source.losses.length).toBeGreaterThan(0);
    expect(new Set(source.losses.map(({ reason }) => reason))).toEqual(new Set(["overrun"]));
    const lost = source.losses.reduce((sum, { lines = 0 }) => sum + lines, 0);
    const records = sequenceOf(source.cursor) - sequenceOf(before.cursor);
    expect(source.lines.length - before.lines + lost).toBe(records);
    const kept = source.messages(mark).map((message) => message.split(" ")[1]);
    const first = FLOOD_RECORDS - kept.length + 1;
    expect(kept).toEqual([
      "first",
      ...Array.from({ length: kept.length - 1 }, (_, index) => `${first + index}`),
    ]);
    // A run after this one knows the same from its checkpoint.
    await using later = follow({ from: "cursor", cursor: before.cursor, lastTime: 0 });
    await settled(later);
    const lostLater = later.losses.reduce((sum, { lines = 0 }) => sum + lines, 0);
    expect(later.lines.length + lostLater).toBe(
      sequenceOf(later.cursor) - sequenceOf(before.cursor),
    );
  });

  test("ends with what is there when the signal comes", async () => {
    const mark = randomUUID();
    const source = follow(end(), { pollMs: 60_000 });
    await source.until(() => source.events.length > 0, "an opened source");
    write(mark);
    await source.end();
    expect(source.messages(mark)).toEqual([mark]);
  });
});

describe("followKernelBuffer() without the device", () => {
  test("says what it needs, and tries again", async () => {
    await using source = follow({ from: "boot" }, { path: "/dev/no-kmsg" });
    await source.until(() => source.events.length > 1, "two failures");
    expect(source.events[1]).toBe(
      "failed: Cannot read /dev/no-kmsg: ENOENT: no such file or directory, open '/dev/no-kmsg'; " +
        "it needs the device, and CAP_SYSLOG where sysctl kernel.dmesg_restrict is 1",
    );
  });
});
