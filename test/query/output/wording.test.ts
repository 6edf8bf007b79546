import { describe, expect, test } from "vitest";
import { answerHead, leftOut } from "../../../src/commands/output/answer-head.ts";
import { bar, byteSize, count, countOf, shortTime } from "../../../src/query/output/wording.ts";

test.each([
  [0, "0"],
  [999, "999"],
  [1000, "1,000"],
  [1_234_567, "1,234,567"],
])("count(%i) is %s", (value, expected) => {
  expect(count(value)).toBe(expected);
});

test.each([
  [0, "0 lines"],
  [1, "1 line"],
  [2, "2 lines"],
  [1_000_000, "1,000,000 lines"],
])("countOf(%i) is %s", (value, expected) => {
  expect(countOf(value, "line")).toBe(expected);
});

test.each([
  [0, "0 B"],
  [1023, "1023 B"],
  [1024, "1.0 KiB"],
  [1536, "1.5 KiB"],
  [100 * 1024, "100 KiB"],
  [1024 * 1024 - 1, "1024 KiB"],
  [1024 ** 2, "1.0 MiB"],
  [5.25 * 1024 ** 3, "5.3 GiB"],
  [1024 ** 5, "1024 TiB"],
])("byteSize(%d) is %s", (bytes, expected) => {
  expect(byteSize(bytes)).toBe(expected);
});

test.each([
  ["2026-11-22T13:27:21Z", "2026-11-22 13:27:21"],
  ["2026-11-22T13:27:21.250843Z", "2026-11-22 13:27:21"],
])("shortTime(%s) is %s", (time, expected) => {
  expect(shortTime(time)).toBe(expected);
});

test.each([
  [0, 4, ""],
  [1, 4, "████"],
  [0.5, 4, "██"],
  [0.53125, 4, "██▏"],
  [0.01, 4, ""],
  [0.999, 4, "████"],
  [1 / 3, 1, "▍"],
])("bar(%d, %i) is %j", (share, width, expected) => {
  expect(bar(share, width)).toBe(expected);
});

describe("answerHead()", () => {
  const totals = {
    packets: 1234,
    attempts: 1,
    flows: 2,
    packetsAreLowerBound: false,
    attemptsAreUpperBound: false,
  };

  test.each([
    ["all that is kept", {}, {}, "1,234 packets denied in 1 attempt, 2 flows\n"],
    [
      "a window",
      { since: "2026-11-22T10:00:00Z", until: "2026-11-22T11:01:00Z" },
      {},
      "1,234 packets denied in 1 attempt, 2 flows, from 2026-11-22 10:00:00 to " +
        "2026-11-22 11:01:00 UTC\n",
    ],
    [
      "a window without a beginning",
      { until: "2026-11-22T11:01:00Z" },
      {},
      "1,234 packets denied in 1 attempt, 2 flows, to 2026-11-22 11:01:00 UTC\n",
    ],
    [
      "a window that counts from old rows",
      { until: "2026-11-22T11:01:00Z", relativeTo: "2026-11-22T11:00:30Z" },
      {},
      "1,234 packets denied in 1 attempt, 2 flows, to 2026-11-22 11:01:00 UTC\n" +
        "Nothing newer than 2026-11-22 11:00:30 UTC: relative times count from there\n",
    ],
    [
      "bounds",
      {},
      { packetsAreLowerBound: true, attemptsAreUpperBound: true },
      "at least 1,234 packets denied in at most 1 attempt, 2 flows\n",
    ],
  ])("says %s", (_, window, bounds, expected) => {
    expect(answerHead(window, { ...totals, ...bounds })).toBe(expected);
  });

  test.each([
    [20, 20, ""],
    [20, 21, "1 more; --limit 0 shows all\n"],
    [20, 5000, "4,980 more; --limit 0 shows all\n"],
  ])("of %i shown of %i says what was left out", (shown, all, expected) => {
    expect(leftOut(shown, all)).toBe(expected);
  });
});
