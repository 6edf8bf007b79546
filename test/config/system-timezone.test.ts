import { mkdirSync, mkdtempDisposableSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { systemTimezone } from "../../src/config/system-timezone.ts";

const ofIntl = new Intl.DateTimeFormat().resolvedOptions().timeZone;

describe("systemTimezone()", () => {
  test.each([
    ["Europe/Berlin", "Europe/Berlin"],
    ["UTC", "UTC"],
    ["Etc/UTC", "UTC"],
    ["no such zone", ofIntl],
  ])("takes %j from TZ as %j, whatever the link says", (tz, expected) => {
    expect(systemTimezone(tz, "/nowhere")).toBe(expected);
  });

  test.each([
    ["zoneinfo/Asia/Tokyo", "Asia/Tokyo"],
    ["zoneinfo/posix/America/New_York", "America/New_York"],
    ["zoneinfo/right/America/New_York", "America/New_York"],
    ["zoneinfo/Etc/UTC", "UTC"],
    ["zoneinfo/No/Such", ofIntl],
    ["elsewhere/Tokyo", ofIntl],
  ])("takes a link to %s for %j", (target, expected) => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "denyscope-zone-"));
    const localtime = linkTo(folder.path, target);
    expect(systemTimezone(undefined, localtime)).toBe(expected);
  });

  test("takes a machine without the link to be in UTC", () => {
    expect(systemTimezone(undefined, "/nowhere/localtime")).toBe("UTC");
  });

  test("asks Intl where the link is a copy of the zone's file", () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "denyscope-zone-"));
    const localtime = join(folder.path, "localtime");
    writeFileSync(localtime, "TZif2");
    expect(systemTimezone(undefined, localtime)).toBe(ofIntl);
  });
});

function linkTo(folder: string, target: string): string {
  const path = join(folder, target);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, "TZif2");
  const localtime = join(folder, "localtime");
  symlinkSync(path, localtime);
  return localtime;
}
