import { Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { createLog } from "../../src/telemetry/log.ts";
import { Repeats } from "../../src/telemetry/repeats.ts";

type Line = { readonly msg: string; readonly leftOut?: number; readonly retryMs?: number };

/** A log whose minutes are so long. */
class Logged implements Disposable {
  readonly lines: Line[] = [];
  leftOut = 0;
  readonly #repeats: Repeats;
  readonly log;

  constructor(minuteMs: number) {
    this.#repeats = new Repeats(() => this.leftOut++, minuteMs);
    const stream = new Writable({
      write: (chunk: Buffer, _, done) => {
        this.lines.push(JSON.parse(chunk.toString()) as Line);
        done();
      },
    });
    this.log = createLog("info", stream, this.#repeats);
  }

  [Symbol.dispose](): void {
    this.#repeats[Symbol.dispose]();
  }
}

const HOUR_MS = 3_600_000;

describe("the agent's log", () => {
  test("leaves out errors that say the same, and says how many at the end", () => {
    const logged = new Logged(HOUR_MS);
    for (let retryMs = 1; retryMs <= 1000; retryMs++) {
      logged.log.error({ reason: "the disk is full", retryMs }, "Commit failed");
    }
    expect(logged.lines).toMatchObject([{ msg: "Commit failed", retryMs: 1 }]);
    expect(logged.leftOut).toBe(999);
    logged[Symbol.dispose]();
    expect(logged.lines.slice(1), "the last of them").toMatchObject([
      { msg: "Commit failed", retryMs: 1000, leftOut: 998 },
    ]);
  });

  test("writes what differs in any text, and all that is no warning", () => {
    using logged = new Logged(HOUR_MS);
    logged.log.warn({ path: "/a", reason: "gone" }, "Waiting for a log");
    logged.log.warn({ path: "/b", reason: "gone" }, "Waiting for a log");
    logged.log.warn({ path: "/b", reason: "locked" }, "Waiting for a log");
    logged.log.error({ path: "/b", reason: "locked" }, "Waiting for a log");
    logged.log.error("Commit failed");
    for (let n = 0; n < 3; n++) logged.log.info({ path: "/a" }, "Following a log");
    expect(logged.lines).toHaveLength(8);
    expect(logged.leftOut).toBe(0);
  });

  test("writes once a minute what goes on and on, and all at once after a quiet one", async () => {
    using logged = new Logged(200);
    const started = Date.now();
    let said = 0;
    for (; Date.now() - started < 900; said++) {
      logged.log.warn({ reason: "gone" }, "Waiting for a log");
      await sleep(5);
    }
    const minutes = Math.ceil((Date.now() - started) / 200);
    expect(logged.lines.length).toBeGreaterThan(1);
    expect(logged.lines.length).toBeLessThanOrEqual(minutes + 1);
    while (logged.lines.reduce((sum, { leftOut = 0 }) => sum + leftOut + 1, 0) < said) {
      await sleep(50);
    }
    await sleep(500);
    const before = logged.lines.length;
    logged.log.warn({ reason: "gone" }, "Waiting for a log");
    expect(logged.lines).toHaveLength(before + 1);
  });

  test("remembers a bounded number of lines, and loses none of those that it left out", () => {
    using logged = new Logged(HOUR_MS);
    const texts = Array.from({ length: 5000 }, (_, index) => `reason ${index}`);
    for (const reason of texts) {
      logged.log.error({ reason }, "Commit failed");
      logged.log.error({ reason }, "Commit failed");
    }
    expect(logged.lines.length, "those that were forgotten are written").toBe(5000 + 5000 - 256);
  });
});
