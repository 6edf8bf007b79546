import { describe, expect, test } from "vitest";
import {
  beginningOf,
  readSourceText,
  type SourceBefore,
  sourceText,
} from "../../src/follow/source-change.ts";

const now = 2_000_000;
const syslog: SourceBefore = { kind: "file", paths: ["/var/log/syslog"], lastTime: 1_000_000 };
const journald: SourceBefore = { kind: "journald", paths: [], lastTime: 0 };
const kern = { kind: "file", paths: ["/var/log/kern.log", "/var/log/syslog"] } as const;

describe("beginningOf()", () => {
  test.each([
    ["the first source", { chosen: kern, path: "/var/log/kern.log", before: undefined }, "first"],
    ["the log of before", { chosen: syslog, path: "/var/log/syslog", before: syslog }, "resume"],
    [
      "one of the logs of before",
      { chosen: syslog, path: kern.paths[0], before: { ...kern, lastTime: 0 } },
      "resume",
    ],
    ["journald as before", { chosen: journald, path: undefined, before: journald }, "resume"],
    ["another log", { chosen: kern, path: "/var/log/kern.log", before: syslog }, "end"],
    [
      "the log that stays of two",
      { chosen: kern, path: "/var/log/syslog", before: syslog },
      "resume",
    ],
    ["journald after a log", { chosen: journald, path: undefined, before: syslog }, "end"],
    ["a log after journald", { chosen: syslog, path: "/var/log/syslog", before: journald }, "end"],
  ])("%s", (_, { chosen, path, before }, start) => {
    expect(beginningOf(chosen, path, before, now).start).toBe(start);
  });

  test("says what may be missing of a source that is new", () => {
    expect(beginningOf(journald, undefined, syslog, now)).toEqual({
      start: "end",
      loss: {
        reason: "source-changed",
        detail: "counted from /var/log/syslog before, from journald from now on",
        fromTime: 1_000_000,
        toTime: now,
        contentHash: "",
      },
    });
    expect(beginningOf(syslog, "/var/log/syslog", journald, now)).toEqual({
      start: "end",
      loss: {
        reason: "source-changed",
        detail: "counted from journald before, from /var/log/syslog from now on",
        toTime: now,
        contentHash: "",
      },
    });
  });
});

describe("sourceText()", () => {
  test.each([journald, kern, { kind: "kmsg", paths: ["/dev/kmsg"] } as const])("%j", (source) => {
    const { kind, paths } = source;
    expect(readSourceText(sourceText(source))).toEqual({ kind, paths });
  });

  test.each(["", "x", "{}", '{"kind":"stdin","paths":[]}', "null"])("%j is none", (text) => {
    expect(readSourceText(text)).toBeUndefined();
  });
});
