import { describe, expect, test } from "vitest";
import { FirstDenials } from "../../src/aggregate/first-denials.ts";
import { SECOND } from "./facts.ts";

const TIME = Date.parse("2026-11-22T14:28:43Z") * 1000;

function hashesOf(...denials: readonly (readonly [string, number])[]): readonly string[] {
  const first = new FirstDenials([]);
  for (const [text, time] of denials) {
    const bytes = Buffer.from(`header ${text}`);
    first.add(bytes, 7, bytes.length, time);
  }
  return first.hashes;
}

describe("FirstDenials", () => {
  test("keeps three, and says when it has them", () => {
    const first = new FirstDenials([]);
    for (const number of [1, 2, 3, 4]) {
      expect(first.isComplete).toBe(number > 3);
      const bytes = Buffer.from(`calico-packet: ${number}`);
      first.add(bytes, 0, bytes.length, TIME);
    }
    expect(first.hashes).toHaveLength(3);
    expect(new Set(first.hashes).size).toBe(3);
  });

  test("goes on from what was kept before", () => {
    const [a = "", b = "", c = ""] = hashesOf(["x", TIME], ["y", TIME], ["z", TIME]);
    const first = new FirstDenials([a, b]);
    first.add(Buffer.from("z"), 0, 1, TIME);
    expect(first.hashes).toEqual([a, b, c]);
  });

  test.each<[string, readonly [string, number], boolean]>([
    ["the same line", ["calico-packet: IN=eth0", TIME], true],
    ["a line that lost its last space", ["calico-packet: IN=eth0 ", TIME], true],
    ["a stamp without microseconds", ["calico-packet: IN=eth0", TIME + SECOND - 1], true],
    ["the next second", ["calico-packet: IN=eth0", TIME + SECOND], false],
    ["another text", ["calico-packet: IN=eth1", TIME], false],
  ])("knows %s: %j", (_, denial, isSame) => {
    const known = hashesOf(["calico-packet: IN=eth0", TIME]);
    expect(hashesOf(denial)[0] === known[0]).toBe(isSame);
  });
});
