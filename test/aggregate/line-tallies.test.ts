import { expect, test } from "vitest";
import { LineTallies } from "../../src/aggregate/line-tallies.ts";
import { rejectedExampleBytesMax } from "../../src/model/limits.ts";

test("LineTallies counts every line once", () => {
  const tallies = new LineTallies();
  const bytes = Buffer.from("SRC=10.0.0.1 DST=|SRC=x");
  tallies.addLog();
  tallies.addLog();
  tallies.addOther("ordinary");
  tallies.addOther("trace");
  tallies.addOther("ordinary");
  tallies.addRejected("cut-short", bytes, 0, 17);
  tallies.addRejected("bad-address", bytes, 18, 23);
  tallies.addRejected("cut-short", bytes, 18, 23);
  const prefixes = [{ prefix: 0, lines: 2, packets: 5 }];
  expect(tallies.take(prefixes)).toEqual({
    lines: 8,
    other: { ordinary: 2, trace: 1 },
    rejected: [
      { reason: "cut-short", lines: 2, example: Uint8Array.from(bytes.subarray(0, 17)) },
      { reason: "bad-address", lines: 1, example: Uint8Array.from(bytes.subarray(18)) },
    ],
    prefixes,
  });
});

test("LineTallies keeps the beginning of an example, whatever becomes of the buffer", () => {
  const tallies = new LineTallies();
  const bytes = Buffer.alloc(10_000, "a");
  tallies.addRejected("line-too-long", bytes, 5, bytes.length);
  bytes.fill("b");
  const [rejected] = tallies.take([]).rejected;
  expect(Buffer.from(rejected!.example).toString()).toBe("a".repeat(rejectedExampleBytesMax));
});
