import { execFileSync } from "node:child_process";
import { appendFileSync, mkdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { randomFrom } from "../../bench/syslog-generator.ts";
import { startAgent, untilCounted } from "./agent-run.ts";
import { integrityOf } from "./database.ts";
import { Place } from "./import-place.ts";
import { untilReleased } from "./loop-device.ts";
import { needs, programMissing, smallDiskMissing } from "./machine.ts";
import { countedNumbers, miscounted, numberedLines, ranges } from "./numbered-lines.ts";
import { statusOf } from "./queries.ts";
import { isLong } from "../long-run.ts";

const POWER_CUTS = isLong ? 30 : 4;
const SEED = 815;
const DISK_BYTES = 128 * 1024 * 1024;
const WRITE_EVERY_MS = 10;

const missing = smallDiskMissing() ?? programMissing("python3");

needs("a disk whose power can be cut", missing);

describe.skipIf(missing !== undefined)("when the power fails", () => {
  test(`each line counts once after ${POWER_CUTS} power cuts at random moments, seed ${SEED}`, {
    timeout: 600_000,
  }, async () => {
    using place = new Place();
    using disk = new CutDisk(place.path("."));
    const database = join(disk.path, "denyscope.db");
    const log = place.write("syslog", []);
    const plan = { logs: [log], database };
    const random = randomFrom(SEED);
    let written = 0;
    const committed: number[] = [];
    for (let cuts = 0; cuts < POWER_CUTS; cuts++) {
      await using agent = startAgent(plan);
      const wanted = written + 1;
      for (let end = Date.now() + 300 + random() * 900; Date.now() < end; ) {
        const count = Math.ceil(random() * 40);
        appendFileSync(log, numberedLines(written, count));
        written += count;
        // The cut is to come in the middle of the work, not before it.
        if (countedNumbers(database).size < wanted) end = Math.max(end, Date.now() + 200);
        await sleep(WRITE_EVERY_MS);
      }
      const before = countedNumbers(database).size;
      disk.cut();
      await agent.end("SIGKILL");
      await disk.mountAgain();
      const after = countedNumbers(database).size;
      expect(after, "what a reader has seen was committed for good").toBeGreaterThanOrEqual(before);
      committed.push(after);
    }
    await using agent = startAgent(plan);
    appendFileSync(log, numberedLines(written, 1));
    await untilCounted(database, [written++]);
    const { status, stderr } = await agent.end("SIGTERM");
    const wanted = Array.from({ length: written }, (_, number) => number);
    const { missing: lost, doubled } = miscounted(countedNumbers(database), wanted);
    const { conservation, losses } = await statusOf(database);

    expect(status, stderr).toBe(0);
    expect({ lost: ranges(lost), doubled: ranges(doubled) }).toEqual({ lost: "", doubled: "" });
    expect(committed.filter((count) => count > 0 && count < written).length).toBeGreaterThan(0);
    expect(conservation.lines).toMatchObject({ read: written, denials: written, holds: true });
    expect(conservation.packets).toMatchObject({ kept: written, holds: true });
    expect(losses).toEqual([]);
    expect(integrityOf(database)).toBe("ok");
  });
});

/** An ext4 with a journal that can stop as it does when the power fails. */
class CutDisk implements Disposable {
  readonly path: string;
  readonly #image: string;
  #isMounted = false;

  constructor(folder: string) {
    this.#image = join(folder, "cut.img");
    this.path = join(folder, "cut");
    writeFileSync(this.#image, "");
    truncateSync(this.#image, DISK_BYTES);
    execFileSync("mkfs.ext4", ["-q", this.#image]);
    mkdirSync(this.path);
    this.#mount();
    // A test that times out never comes to dispose of it.
    onTestFinished(() => this[Symbol.dispose]());
  }

  /** Nothing that was not synced reaches the disk any more, nor does the journal. */
  cut(): void {
    // EXT4_IOC_SHUTDOWN, EXT4_GOING_FLAGS_NOLOGFLUSH
    const shutdown =
      "import fcntl, os, struct, sys; " +
      'fcntl.ioctl(os.open(sys.argv[1], os.O_RDONLY), 0x8004587D, struct.pack("I", 2))';
    execFileSync("python3", ["-c", shutdown, this.path]);
  }

  /** As after a boot: what the journal holds is done again. */
  async mountAgain(): Promise<void> {
    this[Symbol.dispose]();
    await untilReleased(this.#image);
    this.#mount();
  }

  [Symbol.dispose](): void {
    if (!this.#isMounted) return;
    this.#isMounted = false;
    execFileSync("umount", [this.path]);
  }

  #mount(): void {
    execFileSync("mount", ["-o", "loop", this.#image, this.path]);
    this.#isMounted = true;
  }
}
