import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { Health, type HealthReport, silenceMsMax } from "../../src/telemetry/health.ts";
import { Lag } from "../../src/telemetry/lag.ts";
import { Watchdog } from "../../src/telemetry/watchdog.ts";

/** Time runs so much faster than on a wall. */
const FASTER = 200;
const WAIT_MS_MAX = 20_000;

/** A watchdog that ticks often, and what it has said. */
class Watched implements Disposable {
  readonly dead: HealthReport[] = [];
  readonly health: Health;
  readonly #watchdog: Watchdog;
  readonly #follower: NodeJS.Timeout;

  constructor() {
    const now = () => performance.now() * FASTER;
    this.health = new Health({ now, lag: new Lag(now), whyUnreadable: () => undefined });
    this.health.enter("running");
    const options = { tickMs: 10, msMax: 100 };
    this.#watchdog = new Watchdog(this.health, (report) => this.dead.push(report), options);
    this.#follower = setInterval(() => this.health.roundEnded(), 10);
  }

  stopFollowing(): void {
    clearInterval(this.#follower);
  }

  async untilDead(): Promise<HealthReport> {
    const deadline = Date.now() + WAIT_MS_MAX;
    while (this.dead.length === 0 && Date.now() < deadline) await sleep(10);
    return this.dead[0]!;
  }

  [Symbol.dispose](): void {
    this.stopFollowing();
    this.#watchdog[Symbol.dispose]();
  }
}

test("Watchdog tells of a follower that stays silent, and of none that does not", async () => {
  using watched = new Watched();
  await sleep((2 * silenceMsMax) / FASTER + 200);
  expect(watched.dead).toEqual([]);
  watched.stopFollowing();
  expect((await watched.untilDead()).checks["follower"]).toMatch(/^no round for \d+ s$/);
});
