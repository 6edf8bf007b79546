import { expect, test } from "vitest";
import { LineTallies } from "../../src/aggregate/line-tallies.ts";
import { rejectedExampleBytesMax } from "../../src/model/limits.ts";

test("LineTallies counts every line once", () => {
  const tallies = new LineTallies();
  const bytes = Buffer.from("SRC=10.0.0.1 DST=|SRC=x");
  tallies.addLogs(2);
  tallies.addOther("ordinary");
  tallies.addOther("trace");
  tallies.addOther("ordinary", 3);
  tallies.addOther("follow-up", 0);
  tallies.addLogs(1);
  tallies.addRejected("cut-short", bytes, 0, 17);
  tallies.addRejected("bad-address", bytes, 18, 23);
  tallies.addRejected("cut-short", bytes, 18, 23);
  const prefixes = [{ prefix: 0, lines: 3, packets: 5 }];
  expect(tallies.take(prefixes)).toEqual({
    lines: 11,
    other: { ordinary: 4, trace: 1 },
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
