import { beforeEach, describe, expect, test } from "vitest";
import { Health, silenceMsMax } from "../../src/telemetry/health.ts";
import { Lag } from "../../src/telemetry/lag.ts";

const MUCH = 1024 * 1024;
const SOON = silenceMsMax / 2;
const LATE = silenceMsMax + 1000;

let time: number;
let lag: Lag;
let health: Health;

beforeEach(() => {
  time = 1_000_000;
  const now = () => time;
  lag = new Lag(now);
  const whyUnreadable = (path: string) => (path === "/locked" ? "mode 0600" : undefined);
  health = new Health({ now, lag, whyUnreadable });
  health.enter("running");
});

/** Time passes, in which the loop beats and the follower makes its rounds. */
function followFor(ms: number): void {
  for (const end = time + ms; time < end; ) {
    time += 1000;
    health.beat();
    health.roundEnded();
  }
}

describe("live()", () => {
  test("is fine while the loop beats and the follower makes rounds", () => {
    followFor(10 * LATE);
    expect(health.live()).toEqual({
      status: "ok",
      checks: { eventLoop: "ok", follower: "ok", commits: "ok" },
    });
  });

  test("fails when the follower makes no rounds", () => {
    time += LATE;
    health.beat();
    expect(health.live()).toMatchObject({
      status: "failed",
      checks: { eventLoop: "ok", follower: "no round for 31 s" },
    });
    health.roundEnded();
    expect(health.live().status).toBe("ok");
  });

  test("fails when the loop did not beat", () => {
    time += LATE;
    health.roundEnded();
    expect(health.live().checks).toMatchObject({ eventLoop: "no beat for 31 s", follower: "ok" });
  });

  test("takes a round that reads for long for one, as long as it counts", () => {
    for (let n = 0; n < 10; n++) {
      time += SOON;
      health.beat();
      health.batchCounted();
      health.committed(0);
    }
    expect(health.live().status).toBe("ok");
  });

  test("fails when the store does not answer", () => {
    health.batchCounted();
    followFor(SOON);
    expect(health.live().status).toBe("ok");
    followFor(LATE);
    expect(health.live().checks["commits"]).toMatch(/^the store has not answered for \d+ s$/);
    health.committed(0);
    expect(health.live().status).toBe("ok");
  });

  test("waits for the commit that is still under way", () => {
    health.batchCounted();
    health.committed(1);
    followFor(LATE);
    expect(health.live().status).toBe("failed");
  });

  test("is fine while commits fail, for a restart does not empty a disk", () => {
    health.batchCounted();
    for (let n = 0; n < 10; n++) {
      time += SOON;
      health.beat();
      health.commitFailed("the disk is full");
    }
    expect(health.live().status).toBe("ok");
    time += LATE;
    health.beat();
    expect(health.live().status, "nobody tries any more").toBe("failed");
  });

  test("fails when much is not read, though rounds are made", () => {
    lag.set("/log", MUCH);
    followFor(LATE);
    lag.set("/log", MUCH);
    expect(health.live().checks["commits"]).toBe(
      `${MUCH} bytes are not read, and no commit for 31 s`,
    );
  });

  test.each([
    ["a line that nobody has ended", 60 * 1024, undefined],
    ["a log that cannot be read", MUCH, "EACCES"],
  ])("is fine while it waits for %s", (_, bytes, reason) => {
    health.pathFound("/log", reason);
    lag.set("/log", bytes);
    followFor(10 * LATE);
    lag.set("/log", bytes);
    expect(health.live().status).toBe("ok");
  });

  test("expects neither rounds nor commits of an agent that opens its database", () => {
    health.batchCounted();
    health.enter("starting");
    time += LATE;
    health.beat();
    expect(health.live().status).toBe("ok");
    health.enter("running");
    expect(health.live().status, "they begin anew").toBe("ok");
  });

  test("fails when an agent does not come to its end", () => {
    health.enter("reloading");
    time += LATE;
    health.beat();
    expect(health.live().checks["follower"]).toBe("no round for 31 s");
  });
});

describe("ready()", () => {
  test("waits for a log, and says for which and why", () => {
    expect(health.ready().checks["source"]).toBe("no log was opened yet");
    health.pathFound("/missing", "no such file");
    health.pathFound("/locked", "EACCES");
    expect(health.ready()).toEqual({
      status: "failed",
      checks: {
        source: "waiting for /missing: no such file; /locked: mode 0600",
        commits: "ok",
      },
    });
  });

  test("needs one log that can be read", () => {
    health.pathFound("/missing", "no such file");
    health.pathFound("/log", undefined);
    expect(health.ready().status).toBe("ok");
    health.pathFound("/log", "permission lost");
    expect(health.ready().status).toBe("failed");
  });

  test("fails while the last commit failed", () => {
    health.pathFound("/log", undefined);
    health.commitFailed("the disk is full");
    expect(health.ready()).toEqual({
      status: "failed",
      checks: { source: "ok", commits: "the last commit failed: the disk is full" },
    });
    health.committed(0);
    expect(health.ready().status).toBe("ok");
  });

  test.each(["starting", "reloading", "stopping"] as const)("fails while %s", (phase) => {
    health.pathFound("/log", undefined);
    health.enter(phase);
    expect(health.ready()).toEqual({ status: "failed", checks: { agent: phase } });
  });

  test("keeps a bounded number of paths", () => {
    for (let n = 0; n < 5000; n++) health.pathFound(`/log.${n}`, "gone");
    const { source } = health.ready().checks;
    expect(source!.length).toBeLessThan(200);
  });
});
