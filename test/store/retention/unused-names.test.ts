import { expect, test } from "vitest";
import { MICROS_PER_DAY } from "../../../src/model/time-unit.ts";
import { markRemoved } from "../../../src/store/retention/kept-from.ts";
import { UnusedNames } from "../../../src/store/retention/unused-names.ts";
import { DAY_START, SeededDatabase } from "../../query/seeded-database.ts";

const GONE_PODS = 1000;
const days = (count: number) => DAY_START + count * MICROS_PER_DAY;

function namesLeft({ database }: SeededDatabase, table: string, column: string): string[] {
  const rows = database.prepare<[], string>(`SELECT ${column} FROM ${table} ORDER BY 1`).pluck();
  return rows.all();
}

/** Does all that there is to do. */
function prune({ database }: SeededDatabase, now: number): void {
  const names = new UnusedNames(database);
  while (names.step(now)) {}
}

/** Pods that no flow knows, gone at the beginning of the day. */
function addUnused(seeded: SeededDatabase, count: number): void {
  for (let n = 0; n < count; n++) seeded.addPod("jobs", `job-${n}`, `u${n}`, -60, 0);
}

test("pods go that are gone and in no flow; others stay", () => {
  using seeded = new SeededDatabase({ in: "calia8df726959a", out: "eth0" });
  addUnused(seeded, GONE_PODS);
  seeded.addPod("default", "netperf-client-42010a800074", "used", -60, 0);
  seeded.addPod("default", "still-there", "there", -60);
  seeded.addPod("default", "netperf-server-42010a800074", "leased", -60, 0);
  seeded.addLease("10.0.0.1", "cali4b8ed8b7d66", 0, 1);
  prune(seeded, days(0.5));
  expect(namesLeft(seeded, "pods", "uid")).toHaveLength(GONE_PODS + 3);
  prune(seeded, days(2));
  expect(namesLeft(seeded, "pods", "uid")).toEqual(["leased", "there", "used"]);
});

test("few of them are not worth reading all flows for", () => {
  using seeded = new SeededDatabase();
  addUnused(seeded, GONE_PODS - 1);
  prune(seeded, days(2));
  expect(namesLeft(seeded, "pods", "uid")).toHaveLength(GONE_PODS - 1);
});

test("leases go with the last day that they were seen on", () => {
  using seeded = new SeededDatabase();
  const { database } = seeded;
  seeded.addLease("10.0.0.1", "calia8df726959a", 0, 1439);
  seeded.addLease("10.0.0.2", "calia8df726959a", 0, 1441);
  seeded.addLease("10.0.0.3", "", 0, null);
  prune(seeded, days(400));
  expect(namesLeft(seeded, "leases", "address")).toHaveLength(3);
  markRemoved(database, "day", DAY_START / MICROS_PER_DAY);
  prune(seeded, days(400));
  expect(namesLeft(seeded, "leases", "to_time")).toEqual([null, days(1) + 60_000_000]);
});
