import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lastBytes } from "../../src/doctor/facts/last-bytes.ts";
import { summarise } from "../../src/doctor/facts/log-summary.ts";
import { TemporaryFolder } from "../follow/temporary-folder.ts";

const MIB = 1024 * 1024;

describe("lastBytes()", () => {
  test("reads whole lines only, of a long log the last MiB", () => {
    using folder = new TemporaryFolder();
    const line = `${"x".repeat(99)}\n`;
    const short = lastBytes(folder.write("short", `${line}half`));
    expect(short).toMatchObject({ isWhole: true, end: 100 });
    expect(short?.bytes.toString()).toBe(line);
    const long = lastBytes(folder.write("long", line.repeat(20_000)));
    expect(long).toMatchObject({ isWhole: false, end: 2_000_000 });
    expect(long!.bytes.length).toBeGreaterThan(MIB - 100);
    expect(long!.bytes.toString().startsWith(line)).toBe(true);
  });

  test("an empty log is one, a missing one is none", () => {
    using folder = new TemporaryFolder();
    expect(lastBytes(folder.write("empty", ""))).toMatchObject({ isWhole: true, end: 0 });
    expect(lastBytes(folder.file("missing"))).toBeUndefined();
  });
});

describe("summarise()", () => {
  const end = { path: undefined, end: 0, isWhole: true, modifiedAt: 1e15, bornAt: 0 };

  test("takes any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => {
        const { prefixes } = summarise({ ...end, bytes: Buffer.from(bytes) }, "UTC");
        expect(prefixes.size).toBe(0);
      }),
    );
  });

  test("knows first and last times, prefixes, and whether stamps name their zone", () => {
    const packet =
      "IN=a OUT= SRC=10.0.0.1 DST=10.0.0.2 LEN=20 TOS=0x00 PREC=0x00 TTL=1 ID=1 PROTO=2 ";
    const text =
      "2026-06-01T12:00:00Z n1 cron[1]: x\n" +
      `2026-06-01T12:00:01Z n1 kernel: [ 12.000001] a: ${packet}\n` +
      `Jun  1 12:00:02 n1 kernel: b: ${packet}\n`;
    const modifiedAt = Date.UTC(2026, 5, 1, 12, 0, 2) * 1000;
    const summary = summarise({ ...end, modifiedAt, bytes: Buffer.from(text) }, "UTC");
    expect([...summary.prefixes]).toEqual(["a: ", "b: "]);
    expect(summary).toMatchObject({
      firstTime: modifiedAt - 2_000_000,
      lastTime: modifiedAt,
      namesZone: false,
      hasUptimes: true,
    });
  });
});
