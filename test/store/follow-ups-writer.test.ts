import { expect, test } from "vitest";
import { CountsWriter } from "../../src/store/counts-writer.ts";
import { FollowUpsWriter } from "../../src/store/follow-ups-writer.ts";
import { openForWriting } from "../../src/store/open.ts";

const MINUTE = 60_000_000;
const flowOf = () => 1;

/** Minutes after the epoch, and whether it is a denial or a follow-up. */
type Event = readonly [minute: number, kind: "denial" | "follow-up"];

function rowsAfter(events: readonly Event[]): unknown[] {
  const database = openForWriting(":memory:");
  try {
    database.pragma("foreign_keys = OFF");
    const counts = new CountsWriter(database);
    const followUps = new FollowUpsWriter(database);
    for (const [minute, kind] of events) {
      const time = minute * MINUTE;
      const span = Math.floor(minute);
      if (kind === "denial") {
        counts.add({ count: 1, values: Float64Array.of(span, 0, 1, 1, 60, 2, time, time) }, flowOf);
        counts.flush();
      } else {
        followUps.add({ count: 1, values: Float64Array.of(span, 0, 1, 0, 2, time, time) }, flowOf);
      }
    }
    return ["minute", "hour", "day"].flatMap((unit) =>
      database
        .prepare(`SELECT ${unit}, packets, first_seen, last_seen, established, reset, icmp_error
                  FROM flow_${unit}s ORDER BY 1`)
        .raw()
        .all(),
    );
  } finally {
    database.close();
  }
}

const events: readonly Event[] = [
  [0.1, "follow-up"],
  [0.2, "denial"],
  [0.3, "denial"],
  [0.4, "follow-up"],
];

test("times are those of denials, of follow-ups where there are none", () => {
  const times = (from: number, to: number) => [from * MINUTE, to * MINUTE];
  expect(rowsAfter(events)).toEqual([
    [0, 2, ...times(0.2, 0.3), 2, 0, 4],
    [0, 2, ...times(0.2, 0.3), 2, 0, 4],
    [0, 2, ...times(0.2, 0.3), 2, 0, 4],
  ]);
  expect(rowsAfter(events.filter(([, kind]) => kind === "follow-up"))[0]).toEqual([
    0,
    0,
    ...times(0.1, 0.4),
    2,
    0,
    4,
  ]);
});

test("rows do not depend on the order in which lines come", () => {
  for (const order of permutations(events)) expect(rowsAfter(order)).toEqual(rowsAfter(events));
});

function permutations<T>(all: readonly T[]): readonly (readonly T[])[] {
  if (all.length < 2) return [all];
  return all.flatMap((each, index) =>
    permutations(all.toSpliced(index, 1)).map((rest) => [each, ...rest]),
  );
}
