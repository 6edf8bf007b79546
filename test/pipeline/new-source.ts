import { EventClock } from "../../parsers/event-time.ts";
import { LineRecord } from "../../parsers/line-record.ts";
import { FirstDenials } from "../../src/aggregate/first-denials.ts";
import { ReportedLosses } from "../../src/aggregate/reported-losses.ts";
import { FingerprintTracker } from "../../src/follow/fingerprint.ts";
import type { CountedSource } from "../../src/pipeline/batch-counter.ts";
import { RepeatedLine } from "../../src/pipeline/repeated-line.ts";
import { notAfter as notAfterDefault } from "../parsers/read-line.ts";

export type SourceSettings = {
  readonly timezone?: string;
  readonly notAfter?: number;
  readonly previous?: number;
  readonly live?: boolean;
  /** Whether the first denials of the source were met before. */
  readonly isBegun?: boolean;
};

export function newSource(settings: SourceSettings = {}): CountedSource {
  const { timezone = "UTC", notAfter = notAfterDefault, previous, live = false } = settings;
  const none = Buffer.alloc(0);
  return {
    checkpoint: {
      source: -1,
      path: "/var/log/syslog",
      kind: "file",
      device: 1,
      inode: 2,
      offset: 0,
      headBytes: 0,
      headHash: "",
      anchorBytes: 0,
      anchorHash: "",
      firstDenials: [],
      lastTime: 0,
      lossHash: "",
      cursor: "",
      begunAt: 0,
      isClosed: false,
    },
    record: new LineRecord(),
    tracker: new FingerprintTracker(none, none, 0),
    firstDenials: new FirstDenials(settings.isBegun === false ? [] : ["a", "b", "c"]),
    reportedLosses: new ReportedLosses(),
    repeatedLine: new RepeatedLine(none, true),
    clock: new EventClock({ timezone, notAfter, previous, live }),
  };
}
