import { utimesSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { clockCheck } from "../../../src/doctor/checks/clock.ts";
import { MICROS_PER_SECOND } from "../../../src/model/time-unit.ts";
import { NodeFolder } from "../node-folder.ts";

const written = Date.UTC(2026, 5, 1, 12) / 1000;
const clockFiles = {
  "proc/stat": `cpu 1 2\nbtime ${written - 1000}\n`,
  "proc/uptime": "1000.50 1900.1\n",
};

/** What is found of a log with these stamps that was written at noon, so many seconds later. */
async function findings(stamps: readonly string[], later = 1, timezone = "UTC") {
  using node = new NodeFolder({
    ...clockFiles,
    "proc/uptime": `${1000 + later}.50 1900.1\n`,
    "var/log/syslog": stamps.map((stamp) => `${stamp} n1 cron[1]: x\n`).join(""),
  });
  utimesSync(node.path("var/log/syslog"), written, written);
  const now = (written + later) * MICROS_PER_SECOND;
  return await clockCheck(await node.evidence({ timezone, source: "file" }, now));
}

describe("clockCheck()", () => {
  test.for<[string, string, string | undefined]>([
    ["Jun  1 12:00:00", "UTC", undefined],
    ["Jun  1 11:59:30", "UTC", undefined],
    ["Jun  1 14:00:00", "Europe/Berlin", undefined],
    ["Jun  1 14:00:00", "UTC", "2 h after"],
    ["Jun  1 06:30:10", "UTC", "5 h 30 min before"],
    ["Jun  1 12:00:00", "Europe/Berlin", "2 h before"],
    // Who names its zone is in none that could be wrong.
    ["2026-06-01T12:00:00+02:00", "UTC", undefined],
    // The last line may be old.
    ["Jun  1 11:21:00", "UTC", undefined],
  ])("a last line of %s, written at noon, read in %s: %s", async ([stamp, timezone, shift]) => {
    const [finding] = await findings([stamp], 1, timezone);
    if (shift === undefined) {
      expect(finding).toMatchObject({ level: "ok" });
      return;
    }
    expect(finding).toMatchObject({ level: "problem", name: "timezone-mismatch" });
    expect(finding?.seen).toContain(`${shift} it was written, read in the zone ${timezone}`);
  });

  test("says which zone it may be where that has a name", async () => {
    const [finding] = await findings(["Jun  1 14:00:00"]);
    expect(finding).toHaveProperty(
      "mend",
      expect.arrayContaining([expect.stringContaining("timezone: Etc/GMT-2")]),
    );
  });

  test("finds lines of the future", async () => {
    const [finding] = await findings(["2026-06-01T12:10:00Z"]);
    expect(finding).toMatchObject({ level: "problem", name: "lines-from-the-future" });
    expect(finding?.seen).toContain("9 min from now");
  });

  test.for([
    [-3600, "1 h behind"],
    [7260, "2 h 1 min ahead of"],
  ] as const)("a clock %i seconds off the kernel's is named", async ([apart, words]) => {
    using node = new NodeFolder(clockFiles);
    const now = (written + apart) * MICROS_PER_SECOND;
    const [finding] = await clockCheck(await node.evidence({}, now));
    expect(finding).toMatchObject({ level: "problem", name: "clock-off" });
    expect(finding?.seen).toContain(`${words} the kernel's`);
  });

  test("says nothing without a log and without the kernel's clock", async () => {
    using node = new NodeFolder();
    expect(await clockCheck(await node.evidence({ source: "file" }))).toEqual([]);
  });
});
