import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EventClock, type EventClockSettings } from "../../parsers/event-time.ts";
import { LineRecord } from "../../parsers/line-record.ts";
import { netfilterParser } from "../../parsers/netfilter-parser.ts";
import { runs } from "../long-run.ts";

const packet = "IN=eth0 OUT= SRC=10.0.0.1 DST=10.0.0.2 LEN=60 ";
const DAY_MS = 86_400_000;

function clockOf(settings: Partial<Omit<EventClockSettings, "notAfter">>, notAfter: string) {
  const micros = Date.parse(notAfter) * 1000;
  return new EventClock({ timezone: "UTC", live: false, ...settings, notAfter: micros });
}

/** The time that a clock gives a line with this stamp, and a `?` when it had to be inferred. */
function read(clock: EventClock, stamp: string): string {
  const record = new LineRecord();
  const line = Buffer.from(`${stamp === "" ? "" : `${stamp} n1 kernel: `}${packet}`);
  expect(netfilterParser.parse(line, 0, line.length, record)).toBe("log");
  const time = new Date(clock.timeOf(record) / 1000).toISOString().replace(".000Z", "Z");
  return clock.inferred ? `${time}?` : time;
}

describe("the first line of a file takes the latest year that is not after the file", () => {
  test.each([
    ["Nov 22 14:28:43", "2026-11-23T00:00:00Z", "2026-11-22T14:28:43Z"],
    ["Nov 24 14:28:43", "2026-11-23T00:00:00Z", "2025-11-24T14:28:43Z"],
    ["Dec 31 23:59:59", "2026-01-01T00:00:10Z", "2025-12-31T23:59:59Z"],
    ["Jan  1 00:00:00", "2026-01-01T00:00:10Z", "2026-01-01T00:00:00Z"],
    // A clock may be a little ahead of the file's.
    ["Jan  1 00:00:20", "2025-12-31T23:59:50Z", "2026-01-01T00:00:20Z"],
    ["Jul  1 00:00:00", "2026-06-29T00:00:00Z", "2025-07-01T00:00:00Z"],
    ["Feb 29 12:00:00", "2024-03-01T00:00:00Z", "2024-02-29T12:00:00Z"],
    ["Feb 29 12:00:00", "2025-01-10T00:00:00Z", "2024-02-29T12:00:00Z"],
    ["Feb 29 12:00:00", "2026-11-23T00:00:00Z", "2024-02-29T12:00:00Z"],
    ["Mar  1 12:00:00", "2024-03-02T00:00:00Z", "2024-03-01T12:00:00Z"],
    ["Mar  1 12:00:00", "2025-03-02T00:00:00Z", "2025-03-01T12:00:00Z"],
  ])("%s in a file of %s is %s", (stamp, notAfter, expected) => {
    expect(read(clockOf({}, notAfter), stamp)).toBe(expected);
  });
});

describe("further lines take the year that brings them nearest to the line before", () => {
  test.each([
    [
      "over New Year",
      "2026-01-02T00:00:00Z",
      ["Dec 31 23:59:59", "Jan  1 00:00:00", "Jan  1 00:00:01"],
      ["2025-12-31T23:59:59Z", "2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z"],
    ],
    [
      "back over New Year, as daemons interleave",
      "2026-01-02T00:00:00Z",
      ["Jan  1 00:00:00", "Dec 31 23:59:59", "Jan  1 00:00:01"],
      ["2026-01-01T00:00:00Z", "2025-12-31T23:59:59Z", "2026-01-01T00:00:01Z"],
    ],
    [
      "over 29 February",
      "2024-03-02T00:00:00Z",
      ["Feb 28 23:59:59", "Feb 29 00:00:00", "Mar  1 00:00:00"],
      ["2024-02-28T23:59:59Z", "2024-02-29T00:00:00Z", "2024-03-01T00:00:00Z"],
    ],
    [
      "from 28 February to 1 March of a common year",
      "2025-03-02T00:00:00Z",
      ["Feb 28 23:59:59", "Mar  1 00:00:00"],
      ["2025-02-28T23:59:59Z", "2025-03-01T00:00:00Z"],
    ],
    [
      "of a line with a year",
      "2026-11-23T00:00:00Z",
      ["2019-12-31T23:59:59Z", "Jan  1 00:00:00", "Dec 31 23:59:59"],
      ["2019-12-31T23:59:59Z", "2020-01-01T00:00:00Z", "2019-12-31T23:59:59Z"],
    ],
  ])("%s", (_, notAfter, stamps, expected) => {
    const clock = clockOf({}, notAfter);
    expect(stamps.map((stamp) => read(clock, stamp))).toEqual(expected);
  });

  test("and the first goes on from the line before the checkpoint", () => {
    const previous = Date.parse("2022-12-31T23:59:59Z") * 1000;
    const clock = clockOf({ previous }, "2026-11-23T00:00:00Z");
    expect(read(clock, "Jan  1 00:00:00")).toBe("2023-01-01T00:00:00Z");
  });
});

describe("stamps without a zone are in the zone of the settings", () => {
  test.each([
    ["Europe/Berlin", "Jan 15 12:00:00", "2026-01-15T11:00:00Z"],
    ["Europe/Berlin", "Jul 15 12:00:00", "2026-07-15T10:00:00Z"],
    ["Europe/Berlin", "Mar 29 01:59:59", "2026-03-29T00:59:59Z"],
    ["Europe/Berlin", "Mar 29 03:00:00", "2026-03-29T01:00:00Z"],
    ["Europe/Berlin", "Oct 25 01:59:59", "2026-10-24T23:59:59Z"],
    ["Europe/Berlin", "Oct 25 03:00:00", "2026-10-25T02:00:00Z"],
    ["Europe/Berlin", "Jan  1 00:30:00", "2025-12-31T23:30:00Z"],
    ["America/New_York", "Mar  8 01:59:59", "2026-03-08T06:59:59Z"],
    ["America/New_York", "Mar  8 03:00:00", "2026-03-08T07:00:00Z"],
    ["America/New_York", "Nov  1 00:59:59", "2026-11-01T04:59:59Z"],
    ["America/New_York", "Nov  1 02:00:00", "2026-11-01T07:00:00Z"],
    ["America/New_York", "Dec 31 23:30:00", "2026-01-01T04:30:00Z"],
    ["Asia/Kathmandu", "Jul 15 12:00:00", "2026-07-15T06:15:00Z"],
    ["Australia/Lord_Howe", "Jan 15 12:00:00", "2026-01-15T01:00:00Z"],
    ["Australia/Lord_Howe", "Jul 15 12:00:00", "2026-07-15T01:30:00Z"],
  ])("%s: %s is %s", (timezone, stamp, expected) => {
    expect(read(clockOf({ timezone }, "2026-12-01T00:00:00Z"), stamp)).toBe(expected);
  });

  // Clocks put back: the hour comes twice. The line before tells which of the two it is.
  test.each<readonly [string, string, readonly string[], readonly string[]]>([
    ["the first line", "Europe/Berlin", ["Oct 25 02:30:00"], ["2026-10-25T00:30:00Z"]],
    [
      "a log that goes on through both",
      "Europe/Berlin",
      [
        "Oct 25 01:59:00",
        "Oct 25 02:10:00",
        "Oct 25 02:50:00",
        "Oct 25 02:10:00",
        "Oct 25 03:10:00",
      ],
      [
        "2026-10-24T23:59:00Z",
        "2026-10-25T00:10:00Z",
        "2026-10-25T00:50:00Z",
        "2026-10-25T01:10:00Z",
        "2026-10-25T02:10:00Z",
      ],
    ],
    [
      "lines a little out of order",
      "Europe/Berlin",
      ["Oct 25 02:30:00", "Oct 25 02:29:58", "Oct 25 02:30:01"],
      ["2026-10-25T00:30:00Z", "2026-10-25T00:29:58Z", "2026-10-25T00:30:01Z"],
    ],
    [
      "lines a little out of order in the second",
      "Europe/Berlin",
      ["2026-10-25T02:30:00+01:00", "Oct 25 02:30:01", "Oct 25 02:30:00"],
      ["2026-10-25T01:30:00Z", "2026-10-25T01:30:01Z", "2026-10-25T01:30:00Z"],
    ],
    [
      "America/New_York",
      "America/New_York",
      ["Nov  1 01:30:00", "Nov  1 01:20:00"],
      ["2026-11-01T05:30:00Z", "2026-11-01T06:20:00Z"],
    ],
    [
      "half an hour twice",
      "Australia/Lord_Howe",
      ["Apr  5 01:45:00", "Apr  5 01:35:00"],
      ["2026-04-04T14:45:00Z", "2026-04-04T15:05:00Z"],
    ],
  ])("clocks put back: %s", (_, timezone, stamps, expected) => {
    const clock = clockOf({ timezone }, "2026-12-01T00:00:00Z");
    expect(stamps.map((stamp) => read(clock, stamp))).toEqual(expected);
  });

  // Clocks put forward: no clock says so, but one that nobody put forward.
  test.each([
    ["Europe/Berlin", "Mar 29 02:30:00", "2026-03-29T01:30:00Z"],
    ["America/New_York", "Mar  8 02:30:00", "2026-03-08T07:30:00Z"],
  ])("%s: %s, which never comes, is %s", (timezone, stamp, expected) => {
    expect(read(clockOf({ timezone }, "2026-12-01T00:00:00Z"), stamp)).toBe(expected);
  });

  test.each([
    ["2026-07-15T12:00:00", "2026-07-15T10:00:00Z"],
    ["Wed 2026-07-15 12:00:00 CEST", "2026-07-15T10:00:00Z"],
    ["Wed 2026-07-15 12:00:00 UTC", "2026-07-15T12:00:00Z"],
    ["2007-01-09 22:53:54.5", "2007-01-09T21:53:54.500Z"],
  ])("with a year, too: %s", (stamp, expected) => {
    expect(read(clockOf({ timezone: "Europe/Berlin" }, "2026-12-01T00:00:00Z"), stamp)).toBe(
      expected,
    );
  });

  test("a stamp with a zone does not mind", () => {
    const clock = clockOf({ timezone: "Asia/Tokyo" }, "2026-12-01T00:00:00Z");
    expect(read(clock, "2026-07-15T12:00:00+02:00")).toBe("2026-07-15T10:00:00Z");
  });

  const zones = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Apia"];
  test.each(zones)("%s: any moment of the year before is read back", (timezone) => {
    const notAfter = Date.parse("2026-12-01T00:00:00Z");
    const local = new Intl.DateTimeFormat("en-US", {
      timeZone: timezone,
      month: "short",
      day: "numeric",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      hourCycle: "h23",
    });
    const stampOf = (ms: number) => {
      const parts = Object.fromEntries(
        local.formatToParts(ms).map(({ type, value }) => [type, value]),
      ) as Record<"month" | "day" | "hour" | "minute" | "second", string>;
      const { month, day, hour, minute, second } = parts;
      return `${month} ${day.padStart(2)} ${hour}:${minute}:${second}`;
    };
    const seconds = fc.integer({ min: (notAfter - 360 * DAY_MS) / 1000, max: notAfter / 1000 });
    fc.assert(
      fc.property(seconds, (utc) => {
        const ms = Date.parse(
          read(clockOf({ timezone }, new Date(notAfter).toISOString()), stampOf(utc * 1000)),
        );
        // An hour that comes twice may be taken for the other one, and for no other.
        if (ms !== utc * 1000) expect(stampOf(ms)).toBe(stampOf(utc * 1000));
        expect(Math.abs(ms - utc * 1000)).toBeLessThanOrEqual(3_600_000);
      }),
      { numRuns: runs(1200) },
    );
  });
});

describe("a clock that steps", () => {
  test.each<readonly [string, readonly string[], readonly string[]]>([
    [
      "back by an hour",
      ["Nov 22 12:00:00", "Nov 22 11:00:00", "Nov 22 11:00:01"],
      ["2026-11-22T12:00:00Z", "2026-11-22T11:00:00Z", "2026-11-22T11:00:01Z"],
    ],
    [
      "to 1 January at boot, and is set right",
      ["Nov 22 12:00:00", "Jan  1 00:00:07", "Nov 22 12:01:00", "Nov 22 12:01:01"],
      [
        "2026-11-22T12:00:00Z",
        "2026-01-01T00:00:07Z",
        "2026-11-22T12:01:00Z",
        "2026-11-22T12:01:01Z",
      ],
    ],
    [
      "to 1970 with a year, and is set right",
      ["1970-01-01T00:00:07Z", "Nov 22 12:01:00"],
      ["1970-01-01T00:00:07Z", "2026-11-22T12:01:00Z"],
    ],
    [
      "far ahead with a year, and is set right",
      ["2038-01-19T03:14:07Z", "Nov 22 12:01:00"],
      ["2038-01-19T03:14:07Z", "2026-11-22T12:01:00Z"],
    ],
    [
      "over New Year and back",
      ["Dec 31 23:59:00", "Jan  1 00:01:00", "Dec 31 23:59:30", "Jan  1 00:02:00"],
      [
        "2025-12-31T23:59:00Z",
        "2026-01-01T00:01:00Z",
        "2025-12-31T23:59:30Z",
        "2026-01-01T00:02:00Z",
      ],
    ],
  ])("%s", (_, stamps, expected) => {
    const clock = clockOf({}, "2026-11-23T00:00:00Z");
    expect(stamps.map((stamp) => read(clock, stamp))).toEqual(expected);
  });

  test("no line of a file is a day after the file", () => {
    const notAfter = "2026-03-01T00:00:00Z";
    const day = fc.integer({ min: 0, max: 365 }).map((index) => {
      const date = new Date(Date.UTC(2024, 0, 1) + index * DAY_MS).toUTCString();
      return `${date.slice(8, 11)} ${date.slice(5, 7)} 12:00:00`;
    });
    fc.assert(
      fc.property(fc.array(day, { maxLength: 10 }), (stamps) => {
        const clock = clockOf({}, notAfter);
        for (const stamp of stamps) {
          const time = Date.parse(read(clock, stamp).replace("?", ""));
          expect(time).toBeLessThanOrEqual(Date.parse(notAfter) + 1.5 * DAY_MS);
        }
      }),
    );
  });
});

describe("a line without a stamp", () => {
  test("takes the time of the line before, flagged", () => {
    const clock = clockOf({}, "2026-11-23T00:00:00Z");
    expect(read(clock, "2026-11-22T14:28:43Z")).toBe("2026-11-22T14:28:43Z");
    expect(read(clock, "")).toBe("2026-11-22T14:28:43Z?");
    expect(read(clock, "2026-11-22T14:28:44Z")).toBe("2026-11-22T14:28:44Z");
  });

  test("takes the time of the file when it is the first, flagged", () => {
    const clock = clockOf({}, "2026-11-23T00:00:00Z");
    expect(read(clock, "")).toBe("2026-11-23T00:00:00Z?");
  });
});

describe("a live line", () => {
  test.each([
    ["2026-11-22T00:00:00Z", "2026-11-22T00:00:00Z"],
    ["2026-11-24T00:00:00Z", "2026-11-24T00:00:00Z"],
    ["2026-11-21T23:59:59Z", "2026-11-23T00:00:00Z?"],
    ["2026-11-24T00:00:01Z", "2026-11-23T00:00:00Z?"],
    ["1970-01-01T00:00:07Z", "2026-11-23T00:00:00Z?"],
    ["Nov 22 12:00:00", "2026-11-22T12:00:00Z"],
    ["May 22 12:00:00", "2026-11-23T00:00:00Z?"],
  ])("of %s, read at 2026-11-23, has the time %s", (stamp, expected) => {
    expect(read(clockOf({ live: true }, "2026-11-23T00:00:00Z"), stamp)).toBe(expected);
  });

  test("with a wrong stamp does not mislead the next", () => {
    const clock = clockOf({ live: true }, "2026-11-23T00:00:00Z");
    expect(read(clock, "Nov 22 23:59:58")).toBe("2026-11-22T23:59:58Z");
    expect(read(clock, "1970-01-01T00:00:07Z")).toBe("2026-11-23T00:00:00Z?");
    expect(read(clock, "Nov 22 23:59:59")).toBe("2026-11-22T23:59:59Z");
  });

  test("goes with the time of reading as it moves on", () => {
    const clock = clockOf({ live: true }, "2026-12-31T23:59:59Z");
    expect(read(clock, "Dec 31 23:59:59")).toBe("2026-12-31T23:59:59Z");
    clock.notAfter = Date.parse("2027-01-01T00:00:01Z") * 1000;
    expect(read(clock, "Jan  1 00:00:00")).toBe("2027-01-01T00:00:00Z");
  });

  test("of a file that is worked off keeps its old time", () => {
    const clock = clockOf({ live: false }, "2026-11-23T00:00:00Z");
    expect(read(clock, "2026-10-01T00:00:00Z")).toBe("2026-10-01T00:00:00Z");
  });
});
