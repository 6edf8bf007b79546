import stringWidth from "string-width";
import { expect, test } from "vitest";
import { timelineTable } from "../../../src/commands/output/timeline-table.ts";
import type { Bucket, HistogramAnswer } from "../../../src/query/histogram.ts";

const START = Date.parse("2026-11-22T10:00:00Z");

/** Buckets of a minute; a text is one that a loss is of. */
function answerOf(packets: readonly (number | string)[]): HistogramAnswer {
  const buckets = packets.map((each, index) => ({
    time: new Date(START + index * 60_000).toISOString().replace(".000", ""),
    packets: Number(each),
    attempts: Number(each),
    bytes: Number(each) * 60,
    ...(typeof each === "string" ? { packetsAreLowerBound: true as const } : {}),
  }));
  return {
    window: {},
    totals: {
      packets: sumOf(buckets),
      attempts: sumOf(buckets),
      flows: 1,
      packetsAreLowerBound: false,
      attemptsAreUpperBound: false,
    },
    interval: "1m",
    intervalMinutes: 1,
    buckets,
  };
}

function sumOf(buckets: readonly Bucket[]): number {
  return buckets.reduce((sum, { packets }) => sum + packets, 0);
}

const rowsOf = (table: string) => table.split("\n").slice(3, -1);

test.for<readonly [what: string, packets: readonly (number | string)[], rows: readonly string[]]>([
  ["bars", [2, 1], ["10:00 2 ███████████████████", "10:01 1 █████████▌"]],
  [
    "a short gap",
    [1, 0, 0, 1],
    ["10:00 1 ███████████████████", "10:01 0", "10:02 0", "10:03 1 ███████████████████"],
  ],
  [
    "a long gap",
    [1, 0, 0, 0, 1],
    ["10:00 1 ███████████████████", "10:01 0 nothing for 3m", "10:04 1 ███████████████████"],
  ],
  ["a gap at the end", [1, 0, 0, 0], ["10:00 1 ███████████████████", "10:01 0 nothing for 3m"]],
  [
    "a loss in a gap",
    [1, 0, "0", 0, 1],
    [
      "10:00 1 ███████████████████",
      "10:01 0",
      "10:02 ≥ 0",
      "10:03 0",
      "10:04 1 ███████████████████",
    ],
  ],
])("timelineTable() shows %s", ([, packets, rows]) => {
  const shown = rowsOf(timelineTable(answerOf(packets), false, 64)).map((row) =>
    row
      .replace(/^2026-11-22 /, "")
      .replace(/\s+\d+$/, "")
      .replaceAll(/\s+/g, " "),
  );
  expect(shown).toEqual(rows);
});

test.for([64, 80, 120, 200])("timelineTable() fits %d columns", (width) => {
  const table = timelineTable(answerOf([123_456_789, 0, 0, 0, 1, "5"]), true, width);
  expect(table.split("\n").filter((line) => stringWidth(line) > width)).toEqual([]);
});

test("timelineTable() says so when nothing matches", () => {
  expect(timelineTable(answerOf([]), false, 80)).toBe("No denied packets match\n");
});

test("timelineTable() says why intervals are longer than was asked for", () => {
  const answer = { ...answerOf([1]), interval: "1h", intervalSnappedTo: "hour" as const };
  expect(timelineTable(answer, false, 80)).toContain(
    "\nShorter times are not kept so far back: intervals are 1h\n",
  );
});
