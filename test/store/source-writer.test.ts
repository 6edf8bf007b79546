import { expect, test } from "vitest";
import type { CountedBatch, Loss } from "../../src/model/counted-batch.ts";
import { deniedPrefixDefaults } from "../../src/model/verdict.ts";
import { BatchWriter } from "../../src/store/batch-writer.ts";
import { knownSources } from "../../src/store/known-sources.ts";
import { BatchMaker } from "./counted-batches.ts";
import { newPath, writable } from "./stored.ts";

const NOW = Date.UTC(2026, 10, 22) * 1000;
const TEN = Date.UTC(2026, 10, 22, 10) * 1000;
const MINUTE = 60_000_000;

function reported(minute: number, lines: number | undefined, offset = 0): Loss {
  return {
    reason: "reported",
    ...(lines === undefined ? {} : { lines }),
    offset,
    fromTime: TEN + minute * MINUTE - 10 * MINUTE,
    toTime: TEN + minute * MINUTE,
    detail: `imklog${lines === undefined ? ", unknown" : ""}`,
    contentHash: "",
  };
}

/** Commits one batch for each list of losses, of which the writer may fail to commit some first. */
function stored(batches: readonly (readonly Loss[])[], failures = 0) {
  const database = writable(newPath());
  const writer = new BatchWriter(database, { deniedPrefixes: deniedPrefixDefaults });
  const maker = new BatchMaker();
  for (const losses of batches) {
    const counted = maker.batch(["Nov 22 10:00:00 n1 x: y\n"]);
    const batch: CountedBatch = { ...counted, progress: { ...counted.progress, losses } };
    const end = maker.end();
    for (let attempt = 0; attempt <= failures; attempt++) {
      writer.begin();
      writer.write(batch, NOW);
      writer.writeEnd(end);
      if (attempt < failures) writer.rollback();
      else writer.commit();
    }
  }
  return {
    database,
    rows: database
      .prepare("SELECT lines_max, byte_offset, from_time, to_time FROM losses ORDER BY id")
      .raw()
      .all(),
  };
}

const perHour = [
  [reported(5, 7, 100), reported(5, undefined)],
  [reported(50, 8, 900), reported(59, undefined), reported(60, 1, 950)],
];
const rowsPerHour = [
  [15, 100, TEN - 5 * MINUTE, TEN + 50 * MINUTE],
  [null, 0, TEN - 5 * MINUTE, TEN + 59 * MINUTE],
  [1, 950, TEN + 50 * MINUTE, TEN + 60 * MINUTE],
];

test("reported losses of one hour add up in one row, batch by batch", () => {
  expect(stored(perHour).rows).toEqual(rowsPerHour);
});

test("they add up once however often the commit is tried again", () => {
  expect(stored(perHour, 3).rows).toEqual(rowsPerHour);
});

test("another loss at the same place is the same loss", () => {
  const damaged: Loss = { reason: "archive-corrupt", offset: 5, detail: "cut", contentHash: "a" };
  const { rows } = stored([[{ ...damaged, lines: 3 }], [{ ...damaged, lines: 2 }]]);
  expect(rows).toEqual([[2, 5, null, null]]);
});

test("sums stay exact numbers, and never stop the store", () => {
  const most = reported(1, Number.MAX_SAFE_INTEGER);
  const { rows } = stored([[most], [most], [most]]);
  expect(rows).toEqual([[Number.MAX_SAFE_INTEGER, 0, most.fromTime, most.toTime]]);
});

test("a reported loss does not hide that an archive of the source is damaged", () => {
  const damaged: Loss = { reason: "archive-corrupt", offset: 5, detail: "", contentHash: "abc" };
  const { database } = stored([[damaged, reported(1, 1, 900)]]);
  expect(knownSources(database)[0]).toMatchObject({ lossHash: "abc" });
});
