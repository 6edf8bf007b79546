import { describe, expect, test } from "vitest";
import { mayLoseDenials, ReportedLosses } from "../../src/aggregate/reported-losses.ts";
import { lossReporters } from "../../src/model/line-kind.ts";

const TEN = Date.UTC(2026, 10, 22, 10) * 1000;
const MINUTE = 60_000_000;

describe("ReportedLosses", () => {
  test("adds up what one reporter says in one hour, from before the first message on", () => {
    const losses = new ReportedLosses();
    losses.add({ lostBy: "imklog", lost: 12 }, 500, TEN + MINUTE);
    losses.add({ lostBy: "imklog", lost: 30 }, 900, TEN + 59 * MINUTE);

    expect(losses.take()).toEqual([
      {
        reason: "reported",
        lines: 42,
        offset: 500,
        fromTime: TEN - 9 * MINUTE,
        toTime: TEN + 59 * MINUTE,
        detail: "rsyslog's imklog dropped kernel messages",
        contentHash: "",
      },
    ]);
    expect(losses.take()).toEqual([]);
  });

  test("keeps hours, reporters and unknown numbers apart", () => {
    const losses = new ReportedLosses();
    losses.add({ lostBy: "imklog", lost: 1 }, 0, TEN);
    losses.add({ lostBy: "imklog", lost: 2 }, 0, TEN - 1);
    losses.add({ lostBy: "journald", lost: 3 }, 0, TEN);
    losses.add({ lostBy: "imklog", lost: -1 }, 0, TEN);
    losses.add({ lostBy: "imklog", lost: -1 }, 0, TEN + MINUTE);

    expect(losses.take().map(({ lines }) => lines)).toEqual([1, 2, 3, undefined]);
  });

  test("takes a number that nobody counts up to for none, and its sums stay exact", () => {
    const losses = new ReportedLosses();
    losses.add({ lostBy: "journald", lost: Number.MAX_SAFE_INTEGER }, 0, TEN);
    for (let n = 0; n < 10_000; n++) losses.add({ lostBy: "journald", lost: 1e12 }, 0, TEN);

    const lines = losses.take().map((loss) => loss.lines);
    expect(lines).toEqual([undefined, Number.MAX_SAFE_INTEGER]);
  });

  test("a million messages are one row", () => {
    const losses = new ReportedLosses();
    for (let n = 0; n < 1_000_000; n++) losses.add({ lostBy: "imjournal", lost: 1 }, n, TEN + n);
    expect(losses.take()).toMatchObject([{ lines: 1_000_000, offset: 0 }]);
  });
});

test("other messages of the kernel, and those of a unit, are no loss of denials", () => {
  const none = lossReporters.filter((by) => !mayLoseDenials(by, "file"));
  expect(none).toEqual(["kernel-ratelimit", "journald-unit"]);
  expect(mayLoseDenials(undefined, "file")).toBe(false);
});

test("what was not forwarded to syslog is in the journal", () => {
  expect(mayLoseDenials("journald-forwarding", "journald")).toBe(false);
  expect(mayLoseDenials("journald", "journald")).toBe(true);
});
