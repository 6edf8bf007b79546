import { describe, expect, test } from "vitest";
import { heapBuffers } from "../../../src/follow/batch-buffers.ts";
import type { JournalEntry } from "../../../src/follow/messages/export-reader.ts";
import { JournalReading } from "../../../src/follow/messages/journal-reading.ts";
import { kernelLineBytesMax } from "../../../src/follow/messages/kernel-line.ts";

const boot = "b=00000000000000000000000000000001";
/** The entry with this number; `time` is that of all its clocks. */
const cursorOf = (numbering: string, number: number, time = number) =>
  `s=${numbering};i=${number.toString(16)};${boot};m=${time.toString(16)};` +
  `t=${time.toString(16)};x=${time}`;

function entry(cursor: string): JournalEntry {
  const message = Buffer.from(cursor.slice(0, cursor.indexOf(";b")));
  const trusted = { transport: "kernel", facility: "0", host: "n1" };
  return { cursor, realtime: 1e15, monotonic: 1, message, ...trusted };
}

/** What is taken of entries that come behind a cursor, and how much is lost before them. */
function read(cursor: string, ...cursors: readonly string[]): unknown {
  using reading = new JournalReading({
    start: { from: "cursor", cursor, lastTime: 0 },
    offset: 7,
    buffers: heapBuffers(2 * kernelLineBytesMax),
    bootId: "",
  });
  reading.expectKnown();
  for (const cursor of cursors) reading.add(entry(cursor));
  const taken = reading.take(false);
  if (taken === undefined) return { taken: [], lost: [] };
  const text = taken.batch.bytes.toString("latin1", 0, taken.batch.end);
  const lost = taken.losses.map(({ lines, fromTime, toTime }) => ({ lines, fromTime, toTime }));
  return { taken: [...text.matchAll(/s=\w+;i=\w+/g)].map(([found]) => found), lost };
}

describe("JournalReading", () => {
  const last = cursorOf("a", 10);
  test.each<readonly [string, readonly string[], readonly string[], readonly object[]]>([
    ["the entry that was counted last", [last], [], []],
    ["it and the next", [last, cursorOf("a", 11)], ["s=a;i=b"], []],
    ["it and one behind those of others", [last, cursorOf("a", 15)], ["s=a;i=f"], []],
    ["earlier ones too", [cursorOf("a", 9), last, cursorOf("a", 11)], ["s=a;i=b"], []],
    ["the next only, so nothing is missing", [cursorOf("a", 11)], ["s=a;i=b"], []],
    [
      "a later one",
      [cursorOf("a", 15), cursorOf("a", 16)],
      ["s=a;i=f", "s=a;i=10"],
      [{ lines: 4, fromTime: 10, toTime: 15 }],
    ],
    [
      "one of another numbering",
      [cursorOf("c", 3, 20)],
      ["s=c;i=3"],
      [{ lines: undefined, fromTime: 10, toTime: 20 }],
    ],
    [
      "the last one under a new number, as when journald moves its journal to the disk",
      [cursorOf("c", 2, 10), cursorOf("c", 3, 20)],
      ["s=c;i=3"],
      [],
    ],
  ])("given %s", (_, cursors, taken, lost) => {
    expect(read(last, ...cursors)).toEqual({ taken, lost });
  });

  test("says where journalctl begins", () => {
    const place = (start: ConstructorParameters<typeof JournalReading>[0]["start"]) => {
      const bootId = "1e6083ad-3cc8-4742-8414-a891e6d6c342\n";
      using reading = new JournalReading({ start, offset: 0, buffers: heapBuffers(1), bootId });
      return reading.place;
    };
    expect(place({ from: "boot" })).toEqual(["_BOOT_ID=1e6083ad3cc847428414a891e6d6c342"]);
    expect(place({ from: "time", time: 1_772_359_200_000_001 })).toEqual([
      "--since=@1772359200.000001",
    ]);
    expect(place({ from: "cursor", cursor: last, lastTime: 0 })).toEqual([`--cursor=${last}`]);
  });
});
