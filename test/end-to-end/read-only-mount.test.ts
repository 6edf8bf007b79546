import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, chmodSync, mkdirSync } from "node:fs";
import { describe, expect, onTestFinished, test } from "vitest";
import { Place } from "./import-place.ts";
import { denialLines } from "./log-lines.ts";
import { needs, programMissing, smallDiskMissing } from "./machine.ts";
import { type Ended } from "./built-program.ts";
import { denyscope, outputOf, startDenyscope } from "./program.ts";
import { untilRead } from "./queries.ts";

const first = denialLines({ seed: 16, lines: 300 });
const second = denialLines({ seed: 17, lines: 300, from: 600 });

const mountMissing = smallDiskMissing() ?? programMissing("unshare") ?? programMissing("setpriv");
const fuseMissing = smallDiskMissing() ?? programMissing("bindfs");

needs("a mount of one's own", mountMissing);
needs("a FUSE file system", fuseMissing);

/** As in another container: the folder is mounted read-only elsewhere, the user is nobody. */
function elsewhere(folder: string, mounted: string, user: number): readonly string[] {
  const script = `mount --bind "$1" "$2" && mount -o remount,bind,ro "$2" && shift 2 && exec "$@"`;
  const asUser = ["setpriv", `--reuid=${user}`, `--regid=${user}`, "--clear-groups"];
  return ["unshare", "-m", "sh", "-c", script, "sh", folder, mounted, ...asUser];
}

const users: readonly (readonly [string, number])[] = [
  ["root", 0],
  ["nobody", 65_534],
];

describe.skipIf(mountMissing !== undefined).each(users)("on a read-only mount, %s", (_, user) => {
  test("reads a database whether its agent runs, has ended, or was killed", async () => {
    using place = new Place();
    chmodSync(place.path("."), 0o755);
    for (const name of ["state", "mounted"]) mkdirSync(place.path(name));
    const log = place.write("syslog", first);
    const database = place.path("state/denyscope.db");
    const through = elsewhere(place.path("state"), place.path("mounted"), user);
    const ask = (...verb: readonly string[]): Promise<Ended> =>
      denyscope([...verb, "--db", place.path("mounted/denyscope.db"), "-o", "json"], { through });
    const packets = async () => {
      const { status, stdout, stderr } = await ask("flows");
      expect(status, stderr).toBe(0);
      return (JSON.parse(stdout) as { totals: { packets: number } }).totals.packets;
    };

    await using agent = startDenyscope(["agent", log, "--db", database]);
    await untilRead(database, first.length);
    expect(await packets(), "while it runs").toBe(first.length);
    await agent.end("SIGTERM");
    expect(await packets(), "after it ended").toBe(first.length);
    expect((await ask("status")).stdout).toContain(`"${place.path("mounted/denyscope.db")}"`);
    await using next = startDenyscope(["agent", log, "--db", database]);
    appendFileSync(log, second.join(""));
    await untilRead(database, first.length + second.length);
    await next.end("SIGKILL");
    expect(await packets(), "after it was killed").toBe(first.length + second.length);
  });
});

test.skipIf(fuseMissing !== undefined)("a database on FUSE is refused", async () => {
  using place = new Place();
  for (const name of ["real", "fuse"]) mkdirSync(place.path(name));
  const log = place.write("syslog", first);
  const mount = spawn("bindfs", ["-f", place.path("real"), place.path("fuse")]);
  onTestFinished(() => {
    mount.kill("SIGTERM");
  });
  await expect
    .poll(async () => await fileSystemOf(place.path("fuse")), { timeout: 20_000 })
    .toMatch(/^fuse/);
  const refused = [
    await denyscope(["agent", log, "--db", place.path("fuse/denyscope.db")]),
    await denyscope(["import", log, "--db", place.path("fuse/denyscope.db")]),
  ];
  await outputOf(["import", log, "--db", place.path("real/denyscope.db")]);
  const read = await denyscope(["status", "--db", place.path("fuse/denyscope.db")]);
  const ended = once(mount, "exit");
  mount.kill("SIGTERM");
  await ended;

  for (const { status, stderr } of refused) {
    expect(status).toBe(1);
    expect(stderr).toMatch(/^Cannot use database ".*": it lies on FUSE or virtiofs/);
  }
  expect(read.status, "reading does no harm").toBe(0);
});

async function fileSystemOf(path: string): Promise<string> {
  const stat = spawn("stat", ["-f", "-c", "%T", path]);
  const [output] = (await once(stat.stdout.setEncoding("utf8"), "data")) as [string];
  return output;
}
