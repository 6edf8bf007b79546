import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseFilter } from "../../src/model/filter-words.ts";
import { queryFlows } from "../../src/query/flows.ts";
import { queryHistogram } from "../../src/query/histogram.ts";
import { markRemoved } from "../../src/store/retention/kept-from.ts";
import { questionOf } from "./question-of.ts";
import { DAY_START, MINUTE, SeededDatabase } from "./seeded-database.ts";

const DAY = 1440;

/** `10:05 3`: when a bucket begins, and its packets. */
function shortOf(answer: ReturnType<typeof queryHistogram>): string[] {
  return answer.buckets.map(({ time, packets, packetsAreLowerBound }) => {
    const least = packetsAreLowerBound === true ? "≥" : "";
    return `${time.slice(11, 16)} ${least}${packets}`;
  });
}

describe("queryHistogram()", () => {
  test("has a bucket for each interval, also where nothing was denied", () => {
    using seeded = new SeededDatabase(
      { minute: 601, packets: 3, attempts: 2, bytes: 180 },
      { minute: 604, dstPort: 53, packets: 1 },
      { minute: 616, packets: 2 },
    );
    const answer = queryHistogram(seeded.database, questionOf(), { minutes: 5 });
    expect(answer).toEqual({
      window: {},
      totals: {
        packets: 6,
        attempts: 4,
        flows: 2,
        packetsAreLowerBound: false,
        attemptsAreUpperBound: false,
      },
      interval: "5m",
      intervalMinutes: 5,
      buckets: [
        { time: "2026-11-22T10:00:00Z", packets: 4, attempts: 3, bytes: 240 },
        { time: "2026-11-22T10:05:00Z", packets: 0, attempts: 0, bytes: 0 },
        { time: "2026-11-22T10:10:00Z", packets: 0, attempts: 0, bytes: 0 },
        { time: "2026-11-22T10:15:00Z", packets: 2, attempts: 1, bytes: 60 },
      ],
    });
  });

  test.for<readonly [what: string, since: string | undefined, until: string | undefined, string[]]>(
    [
      ["all that is kept", undefined, undefined, ["10:00 5", "10:05 0", "10:10 2"]],
      ["from a minute within a bucket", "2026-11-22T10:01:00Z", undefined, ["10:00 4"]],
      [
        "from before all that is kept",
        "2026-11-20",
        "2026-11-22T10:07:00Z",
        ["10:00 5", "10:05 0"],
      ],
      ["up to a minute", undefined, "2026-11-22T10:01:00Z", ["10:00 1"]],
    ],
  )("shows %s", ([, since, until, expected]) => {
    using seeded = new SeededDatabase(
      { minute: 600, packets: 1 },
      { minute: 602, packets: 4 },
      { minute: 614, packets: 2 },
    );
    const question = questionOf({
      ...(since === undefined ? {} : { since }),
      ...(until === undefined ? {} : { until }),
    });
    const shown = shortOf(queryHistogram(seeded.database, question, { minutes: 5 }));
    expect(shown.slice(0, expected.length)).toEqual(expected);
  });

  test("is empty where nothing matches, or nothing is kept", () => {
    using seeded = new SeededDatabase({ minute: 600 });
    using empty = new SeededDatabase();
    const terms = parseFilter("--to-port 1");
    for (const [{ database }, question] of [
      [seeded, questionOf({ terms })],
      [empty, questionOf()],
    ] as const) {
      const { buckets, totals } = queryHistogram(database, question, { bucketsMax: 60 });
      expect(buckets).toEqual([]);
      expect(totals).toMatchObject({ packets: 0 });
    }
  });

  test("marks the buckets that a known loss is of", () => {
    using seeded = new SeededDatabase({ minute: 600 }, { minute: 602 }, { minute: 604 });
    const time = (minute: number) => DAY_START + minute * MINUTE;
    seeded.database.exec(
      `INSERT INTO losses (reason, byte_offset, from_time, to_time, seen_at, detail, content_hash)
       VALUES ('reported', 0, ${time(601)}, ${time(602)}, 0, '', '')`,
    );
    const answer = queryHistogram(seeded.database, questionOf(), { minutes: 1 });
    expect(shortOf(answer)).toEqual(["10:00 1", "10:01 ≥0", "10:02 ≥1", "10:03 0", "10:04 1"]);
    expect(answer.totals.packetsAreLowerBound).toBe(true);
  });

  test("takes longer intervals where shorter ones are not kept any more", () => {
    using seeded = new SeededDatabase({ minute: 10, packets: 2 }, { minute: 600, packets: 1 });
    markRemoved(seeded.database, "minute", DAY_START / MINUTE + 20);
    seeded.database.exec(`DELETE FROM flow_minutes WHERE minute < ${DAY_START / MINUTE + 60}`);
    const answer = queryHistogram(seeded.database, questionOf(), { minutes: 5 });
    expect(answer).toMatchObject({ interval: "1h", intervalSnappedTo: "hour" });
    expect(shortOf(answer).filter((text) => !text.endsWith(" 0"))).toEqual(["00:00 2", "10:00 1"]);
  });

  test("has the totals of flows and the sums of its buckets, for any filter and window", () => {
    using seeded = new SeededDatabase();
    for (let index = 0; index < 200; index++) {
      seeded.add({
        dstPort: 50 + (index % 7),
        protocol: index % 3 === 0 ? 17 : 6,
        minute: (index * 37) % (3 * DAY),
        packets: 1 + (index % 5),
        ...(index % 11 === 0 ? { prefix: "[UFW ALLOW] " } : {}),
      });
    }
    const filters = ["", "--to-port 52", "--not --protocol udp", "--to-port 51 --to-port 53"];
    const minutes = fc.integer({ min: -60, max: 3 * DAY + 60 });
    const wishes = [1, 5, 60, 90, DAY, 2 * DAY, 7];
    fc.assert(
      fc.property(
        fc.constantFrom(...filters),
        fc.tuple(minutes, minutes),
        fc.constantFrom(...wishes),
        (filter, times, minutesWished) => {
          const [since, until] = times
            .toSorted((a, b) => a - b)
            .map((minute) => new Date((DAY_START + minute * MINUTE) / 1000).toISOString());
          const asked = { terms: parseFilter(filter), since: since!, until: until! };
          const { totals } = queryFlows(seeded.database, questionOf(asked), "packets");
          const answer = queryHistogram(seeded.database, questionOf(asked), {
            minutes: minutesWished,
          });
          expect(answer.totals).toEqual(totals);
          const sum = answer.buckets.reduce((all, { packets }) => all + packets, 0);
          expect(sum).toBe(totals.packets);
        },
      ),
      { numRuns: 60 },
    );
  });
});
