import { expect, test } from "vitest";
import { queryFlows } from "../../src/query/flows.ts";
import { asKept } from "../../src/query/kept-window.ts";
import { queryTop } from "../../src/query/top.ts";
import { markRemoved } from "../../src/store/retention/kept-from.ts";
import { questionOf } from "./question-of.ts";
import { DAY_START, MINUTE, SeededDatabase } from "./seeded-database.ts";

const DAY = 1440;
/** Minutes are kept from day 10 on, hours from day 5, days from day 0. */
const kept = { minute: 10 * DAY, hour: 5 * 24, day: 0 };

type Case = readonly [
  what: string,
  asked: readonly [from: number, to: number],
  answered: readonly [from: number, to: number],
  snappedTo: "hour" | "day" | undefined,
];

test.for<Case>([
  ["within the minutes", [10 * DAY, 11 * DAY + 7], [10 * DAY, 11 * DAY + 7], undefined],
  ["whole hours of before", [9 * DAY + 60, 11 * DAY + 7], [9 * DAY + 60, 11 * DAY + 7], undefined],
  [
    "a part of an hour at its begin",
    [9 * DAY + 61, 11 * DAY + 7],
    [9 * DAY + 60, 11 * DAY + 7],
    "hour",
  ],
  [
    "a part of an hour at both ends",
    [9 * DAY + 61, 9 * DAY + 62],
    [9 * DAY + 60, 9 * DAY + 120],
    "hour",
  ],
  ["up to the first minute kept", [9 * DAY, 10 * DAY], [9 * DAY, 10 * DAY], undefined],
  ["whole days of long before", [3 * DAY, 4 * DAY], [3 * DAY, 4 * DAY], undefined],
  ["hours of long before", [3 * DAY + 60, 4 * DAY + 60], [3 * DAY, 5 * DAY], "day"],
  ["from long before to minutes", [3 * DAY + 1, 12 * DAY + 1], [3 * DAY, 12 * DAY + 1], "day"],
])("asKept() of %s", ([, asked, [fromMinute, toMinute], snappedTo]) => {
  const window = { fromMinute: asked[0], toMinute: asked[1] };
  expect(asKept(window, kept)).toEqual({
    window: { fromMinute, toMinute },
    ...(snappedTo === undefined ? {} : { snappedTo }),
  });
});

test("asKept() leaves all that is kept as it is", () => {
  expect(asKept(undefined, kept)).toEqual({ window: undefined });
});

test("queries answer from hours where minutes are gone, and say so", () => {
  using seeded = new SeededDatabase(
    { minute: 301, packets: 2 },
    { minute: 330, packets: 3 },
    { minute: 361, packets: 5 },
    { minute: 700, packets: 7 },
  );
  const { database } = seeded;
  const asked = questionOf({ since: "2026-11-22T05:20:00Z", until: "2026-11-22T06:10:00Z" });
  const before = queryFlows(database, asked, "packets");
  const lastGone = DAY_START / MINUTE + 361;
  database.exec(`DELETE FROM flow_minutes WHERE minute <= ${lastGone}`);
  markRemoved(database, "minute", lastGone);
  const flows = queryFlows(database, asked, "packets");
  const top = queryTop(database, asked, "src");

  expect(before.totals.packets).toBe(8);
  expect(before.window).not.toHaveProperty("snappedTo");
  expect(flows.totals.packets).toBe(10);
  expect(top.totals.packets).toBe(10);
  expect(flows.window).toEqual({
    since: "2026-11-22T05:00:00Z",
    until: "2026-11-22T07:00:00Z",
    snappedTo: "hour",
  });
});
