import { describe, expect, test } from "vitest";
import { answerWindow } from "../../src/query/question.ts";
import { parseMoment } from "../../src/query/window.ts";
import { questionOf } from "./question-of.ts";
import { DAY_START, MINUTE, SeededDatabase } from "./seeded-database.ts";

const SECOND = 1_000_000;

describe("parseMoment()", () => {
  test.each([
    ["90s", 90 * SECOND],
    ["5m", 5 * MINUTE],
    ["1h30m", 90 * MINUTE],
    ["7d", 7 * 1440 * MINUTE],
    ["2w", 14 * 1440 * MINUTE],
    ["1d1h1m1s", 1501 * MINUTE + SECOND],
    ["0s", 0],
  ])("reads %s as so long ago", (text, micros) => {
    expect(parseMoment("--since", text)).toEqual({ kind: "ago", micros });
  });

  test.each([
    ["2026-11-22", DAY_START],
    ["2026-11-22T10:00Z", DAY_START + 600 * MINUTE],
    ["2026-11-22T10:00:00Z", DAY_START + 600 * MINUTE],
    ["2026-11-22T10:00:00.5Z", DAY_START + 600 * MINUTE + 500_000],
    ["2026-11-22T10:00:00+02:00", DAY_START + 480 * MINUTE],
    ["2024-02-29", Date.parse("2024-02-29T00:00:00Z") * 1000],
  ])("reads %s as a time", (text, micros) => {
    expect(parseMoment("--since", text)).toEqual({ kind: "at", micros });
  });

  test.each([
    "",
    "1",
    "90",
    "1.5h",
    "-1h",
    "1h ",
    "h",
    "1y",
    "1H",
    "1 h",
    "now",
    "yesterday",
    "2026-11-22T10:00:00",
    "2026-11-22 10:00:00Z",
    "2026-13-01",
    "2026-02-30",
    "2025-02-29T00:00:00Z",
    "2026-11-22T24:30:00Z",
    "2026-11-22T10:61:00Z",
    "22.11.2026",
    "2026-11",
  ])("refuses %j", (text) => {
    expect(() => parseMoment("--until", text)).toThrow(
      new RangeError(
        `Cannot read --until "${text}": expected a duration such as 90s, 1h30m or 7d, or an ` +
          "RFC 3339 time such as 2026-03-01T10:00:00Z",
      ),
    );
  });
});

describe("the window of an answer, at noon", () => {
  const noon = 720;
  test.each([
    ["all that is kept", noon, {}, {}],
    ["an hour until now", noon - 5, { since: "1h" }, { since: "11:00:00", until: "12:01:00" }],
    ["seconds, snapped outward", noon, { since: "90s" }, { since: "11:58:00", until: "12:01:00" }],
    [
      "an hour before the newest row, which is old",
      noon - 60,
      { since: "1h" },
      { since: "10:00:00", until: "11:01:00", relativeTo: "11:00:00" },
    ],
    [
      "an hour before now, when the newest row is just not old",
      noon - 10,
      { since: "1h" },
      { since: "11:00:00", until: "12:01:00" },
    ],
    [
      "times, whatever the newest row is",
      noon - 60,
      { since: "2026-11-22T01:00:30Z", until: "2026-11-22T02:00:30Z" },
      { since: "01:00:00", until: "02:01:00" },
    ],
    ["up to a time", noon, { until: "2026-11-22T02:00:00Z" }, { until: "02:00:00" }],
    [
      "between two durations",
      noon,
      { since: "2h", until: "1h" },
      { since: "10:00:00", until: "11:00:00" },
    ],
    [
      "rows from the future, too",
      noon + 30,
      { since: "1h" },
      { since: "11:00:00", until: "12:31:00" },
    ],
  ])("%s", (_, newestMinute, asked, expected) => {
    using seeded = new SeededDatabase({ minute: 5 }, { minute: newestMinute });
    const { shown } = answerWindow(seeded.database, questionOf(asked));
    const times = Object.entries(expected).map(([name, time]) => [name, `2026-11-22T${time}Z`]);
    expect(shown).toEqual(Object.fromEntries(times));
  });

  test("counts from now in an empty database", () => {
    using seeded = new SeededDatabase();
    const { shown } = answerWindow(seeded.database, questionOf({ since: "1h" }));
    expect(shown).toEqual({ since: "2026-11-22T11:00:00Z", until: "2026-11-22T12:01:00Z" });
  });

  test("holds the newest row, and those of its first minute", () => {
    using seeded = new SeededDatabase({ minute: 660 }, { minute: 719 });
    const { window } = answerWindow(seeded.database, questionOf({ since: "1h" }));
    const first = DAY_START / MINUTE;
    expect(window).toEqual({ fromMinute: first + 660, toMinute: first + 721 });
  });

  test("cannot begin after its end", () => {
    using seeded = new SeededDatabase({ minute: 600 });
    const question = questionOf({ since: "2026-11-22T03:00:00Z", until: "2026-11-22T02:00:00Z" });
    expect(() => answerWindow(seeded.database, question)).toThrow(
      new RangeError(
        "Cannot show the time from 2026-11-22T03:00:00Z to 2026-11-22T02:00:00Z: --since is " +
          "after --until",
      ),
    );
  });

  test("cannot begin in the future, unless something was logged there", () => {
    using seeded = new SeededDatabase({ minute: 720 });
    const question = questionOf({ since: "2026-11-22T12:05:00Z" });
    expect(() => answerWindow(seeded.database, question)).toThrow(
      new RangeError(
        "Cannot show the time from 2026-11-22T12:05:00Z on: that is in the future, and nothing " +
          "newer was logged; name an earlier time with --since",
      ),
    );
    seeded.add({ minute: 725 });
    const { shown } = answerWindow(seeded.database, question);
    expect(shown).toEqual({ since: "2026-11-22T12:05:00Z", until: "2026-11-22T12:06:00Z" });
  });

  test("may reach back before all times", () => {
    using seeded = new SeededDatabase({ minute: 600 });
    const { window } = answerWindow(seeded.database, questionOf({ since: "5000w" }));
    expect(window!.fromMinute).toBeLessThan(DAY_START / MINUTE);
  });
});
