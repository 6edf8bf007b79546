import { expect, test } from "vitest";
import { LineTallies } from "../../src/aggregate/line-tallies.ts";

test("LineTallies keeps an example of the suspect lines, and counts them apart", () => {
  const tallies = new LineTallies();
  const bytes = Buffer.from("forged 1|forged 2");
  tallies.addSuspect(bytes, 0, 8);
  tallies.addSuspect(bytes, 9, 17);
  bytes.fill("x");
  const { lines, other, rejected, suspectExample } = tallies.take([]);
  expect({ lines, other, rejected }).toEqual({ lines: 2, other: { suspect: 2 }, rejected: [] });
  expect(Buffer.from(suspectExample!).toString()).toBe("forged 1");
});
