import { appendFileSync, existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { BALLAST_BYTES } from "../../src/store/ballast.ts";
import { countedIn, integrityOf } from "./database.ts";
import { countedAlone, expectCounts, expectUnchanged, Place } from "./import-place.ts";
import { denialLines } from "./log-lines.ts";
import { needs, smallDiskMissing } from "./machine.ts";
import { denyscope, outputOf, startDenyscope } from "./program.ts";
import { flowsOf, packetsPerFlow, statusOf, untilRead } from "./queries.ts";
import { SmallDisk } from "./small-disk.ts";

/** So much of the 8 MiB is taken that an import ends somewhere in the middle. */
const LEFT_OUT_BYTES = 4 * 1024 * 1024;
const missing = smallDiskMissing();

/** What the second log counts fits on the disk, but not in what the tests leave of it. */
const few = denialLines({ seed: 1, lines: 200 });
const many = denialLines({ seed: 2, lines: 9000, from: 7200 });

needs("a small disk", missing);

describe.skipIf(missing !== undefined)("when the disk is full", () => {
  test("import says so in one line, changes nothing, and ends well with space again", async () => {
    using place = new Place();
    using disk = new SmallDisk(place.path("."));
    const database = join(disk.path, "denyscope.db");
    const logs = [place.write("syslog.1", few), place.write("syslog", many)] as const;
    await outputOf(["import", logs[0], "--db", database]);
    const before = countedIn(database);
    disk.fill();
    const full = await denyscope(["import", logs[1], "--db", database]);
    const answer = await denyscope(["flows", "--db", database, "-o", "json"]);
    const integrity = integrityOf(database);
    const after = countedIn(database);
    disk.free();
    const again = await denyscope(["import", logs[1], "--db", database]);

    expect(full).toMatchObject({ status: 1, stdout: "" });
    expect(full.stderr).toMatch(new RegExp(`^Cannot use database "${database}": the disk is full`));
    expect(full.stderr).toMatch(/free some space/);
    expect(full.stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(answer, "queries work").toMatchObject({ status: 0, stderr: "" });
    expect(integrity).toBe("ok");
    expectUnchanged(after, before);
    expect(again.status, again.stderr).toBe(0);
    expect(integrityOf(database)).toBe("ok");
    expectCounts(countedIn(database), await countedAlone([...few, ...many]));
  });

  test("import keeps what it had committed, and counts the rest when there is space", async () => {
    using place = new Place();
    using disk = new SmallDisk(place.path("."));
    const database = join(disk.path, "denyscope.db");
    const log = place.write("syslog", many);
    const command = ["import", log, "--db", database, "--commit-every", "0.25"];
    appendFileSync(join(disk.path, "filler"), Buffer.alloc(LEFT_OUT_BYTES));
    const full = await denyscope(command);
    const { conservation } = await statusOf(database);
    const integrity = integrityOf(database);
    disk.free();
    const again = await denyscope(command);

    expect(full.status).toBe(1);
    expect(full.stderr).toMatch(/the disk is full.*free some space/);
    expect(full.stderr, "what was committed stays").not.toContain("nothing was changed");
    expect(conservation.lines.holds && conservation.packets.holds).toBe(true);
    expect(conservation.lines.read).toBeGreaterThan(0);
    expect(conservation.lines.read).toBeLessThan(many.length);
    expect(integrity).toBe("ok");
    expect(again.status, again.stderr).toBe(0);
    expect(integrityOf(database)).toBe("ok");
    expectCounts(countedIn(database), await countedAlone(many));
  });

  test("a database that cannot be made is refused in one line", async () => {
    using place = new Place();
    using disk = new SmallDisk(place.path("."));
    const database = join(disk.path, "denyscope.db");
    const log = place.write("syslog", few);
    disk.fill();
    const full = await denyscope(["import", log, "--db", database]);
    disk.free();
    const again = await denyscope(["import", log, "--db", database]);

    expect(full.status).toBe(1);
    expect(full.stderr).toMatch(new RegExp(`^Cannot use database "${database}": the disk is full`));
    expect(full.stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(again.status, again.stderr).toBe(0);
    expectCounts(countedIn(database), await countedAlone(few));
  });

  test("the agent gives its ballast, waits, and counts each line once at last", async () => {
    using place = new Place();
    using disk = new SmallDisk(place.path("."));
    const database = join(disk.path, "denyscope.db");
    const ballast = `${database}-ballast`;
    const log = place.write("syslog", few);
    await using agent = startDenyscope(["agent", log, "--db", database]);
    await untilRead(database, few.length);
    const ballastBytes = statSync(ballast).size;
    disk.fill();
    appendFileSync(log, many.join(""));
    await agent.says("The disk is full, the space kept for that is used now");
    const isGiven = !existsSync(ballast);
    disk.fill();
    await agent.says("Commit failed");
    const { conservation } = await statusOf(database);
    disk.free();
    await untilRead(database, few.length + many.length);
    await expect.poll(() => existsSync(ballast), { timeout: 25_000 }).toBe(true);
    const ended = await agent.end("SIGTERM");

    expect(ballastBytes).toBe(BALLAST_BYTES);
    expect(isGiven).toBe(true);
    expect(conservation.lines.holds && conservation.packets.holds).toBe(true);
    expect(conservation.lines.read).toBeGreaterThanOrEqual(few.length);
    expect(conservation.lines.read).toBeLessThan(few.length + many.length);
    expect(ended.status, ended.stderr).toBe(0);
    expect(ended.stderr).toMatch(/the disk is full/);
    await expectCountedSoundly(place, database, log);
  });

  test("the ballast is space enough for lines that come when nothing else fits", async () => {
    using place = new Place();
    using disk = new SmallDisk(place.path("."));
    const database = join(disk.path, "denyscope.db");
    const log = place.write("syslog", few);
    await using agent = startDenyscope(["agent", log, "--db", database]);
    await untilRead(database, few.length);
    disk.fill();
    const some = many.slice(0, 600);
    appendFileSync(log, some.join(""));
    await untilRead(database, few.length + some.length);
    const ended = await agent.end("SIGTERM");

    expect(ended.stderr).toContain("the space kept for that is used now");
    await expectCountedSoundly(place, database, log);
  });
});

async function expectCountedSoundly(place: Place, database: string, log: string): Promise<void> {
  expect(integrityOf(database)).toBe("ok");
  await outputOf(["import", log, "--db", place.path("sound.db")]);
  const [got, wanted] = [await flowsOf(database), await flowsOf(place.path("sound.db"))];
  expect(packetsPerFlow(got.flows)).toEqual(packetsPerFlow(wanted.flows));
}
