import { utimesSync } from "node:fs";
import type { Place } from "./import-place.ts";
import { sampleLogs } from "./naive-count.ts";
import { outputOf } from "./program.ts";

/** Imports all samples into the database `db` of a place, and gives its path. */
export async function importSamples(place: Place): Promise<string> {
  const database = place.path("db");
  const logs = sampleLogs.map(({ name, text }) => {
    const path = place.write(name, [text]);
    // Stamps without a year are of the year in which their file was written.
    const written = new Date("2026-11-23T00:00:00Z");
    utimesSync(path, written, written);
    return path;
  });
  await outputOf(["import", ...logs, "--db", database, "--timezone", "UTC"]);
  return database;
}
