import { mkdtempDisposableSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { needs, programMissing } from "./machine.ts";
import { outputOf } from "./program.ts";

const missing = programMissing("faketime");

needs("another clock", missing);

const packet =
  "n1 kernel: calico-packet: IN=eth0 OUT= SRC=10.0.0.1 DST=10.0.0.2 LEN=60 TOS=0x00 PREC=0x00 " +
  "TTL=63 ID=1 DF PROTO=TCP SPT=1 DPT=2 WINDOW=1 RES=0x00 SYN URGP=0 ";

type Case = {
  readonly shows: string;
  readonly now: string;
  readonly timezone: string;
  readonly stamps: readonly string[];
  readonly times: readonly string[];
};

const cases: readonly Case[] = [
  {
    shows: "New Year, read a few seconds after it",
    now: "2027-01-01 00:00:10",
    timezone: "UTC",
    stamps: ["Dec 31 23:59:59", "Jan  1 00:00:00", "Jan  1 00:00:05"],
    times: ["2026-12-31T23:59:59Z", "2027-01-01T00:00:00Z", "2027-01-01T00:00:05Z"],
  },
  {
    shows: "29 February",
    now: "2028-03-01 00:00:10",
    timezone: "UTC",
    stamps: ["Feb 28 23:59:59", "Feb 29 12:00:00", "Mar  1 00:00:00"],
    times: ["2028-02-28T23:59:59Z", "2028-02-29T12:00:00Z", "2028-03-01T00:00:00Z"],
  },
  {
    shows: "clocks put back in the zone of the log",
    now: "2026-10-25 06:00:00",
    timezone: "Europe/Berlin",
    stamps: ["Oct 25 02:50:00", "Oct 25 02:10:00", "Oct 25 03:00:00"],
    times: ["2026-10-25T00:50:00Z", "2026-10-25T01:10:00Z", "2026-10-25T02:00:00Z"],
  },
  {
    shows: "lines without a stamp",
    now: "2026-05-05 05:05:05",
    timezone: "UTC",
    stamps: ["", "May  5 05:05:00", ""],
    times: ["2026-05-05T05:05:05.000000Z", "2026-05-05T05:05:00Z", "2026-05-05T05:05:00.000000Z"],
  },
];

describe.skipIf(missing !== undefined)("parse tells the year by the clock", () => {
  const lines = (stamps: readonly string[]) =>
    stamps.map((stamp) => `${stamp}${stamp === "" ? packet.slice(3) : ` ${packet}`}\n`).join("");
  const timesOf = (stdout: string) =>
    stdout
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as { time: string }).time);

  test.each(cases)("$shows, from standard input", async ({ now, timezone, stamps, times }) => {
    const stdout = await outputOf(["parse", "-", "--timezone", timezone], {
      input: lines(stamps),
      through: ["faketime", "-f", now],
    });
    expect(timesOf(stdout)).toEqual(times);
  });

  // A file tells its own time, whenever it is read.
  test.each(cases)("$shows, from a file, years later", async ({ now, timezone, stamps, times }) => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "denyscope-clock-"));
    const path = join(folder.path, "syslog");
    writeFileSync(path, lines(stamps));
    const written = new Date(`${now.replace(" ", "T")}Z`);
    utimesSync(path, written, written);
    const stdout = await outputOf(["parse", path, "--timezone", timezone], {
      through: ["faketime", "2033-07-01 00:00:00"],
    });
    expect(timesOf(stdout)).toEqual(times);
  });
});
