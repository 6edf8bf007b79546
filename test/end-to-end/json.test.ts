import { beforeAll, expect, test } from "vitest";
import { Place } from "./import-place.ts";
import { outputOf } from "./program.ts";
import { importSamples } from "./sample-database.ts";

const place = new Place();
const database = place.path("db");

beforeAll(async () => {
  await importSamples(place);
  return () => place[Symbol.dispose]();
});

// Programs read it: a name that changes here is a change for them, and for the README.
test.for([
  "flows --limit 2 --to-port 443",
  "flows --limit 1 --protocol icmp --since 2026-11-22T14:00:00Z --until 2026-11-22T15:00:00Z",
  "flows --group-by protocol,direction --limit 2",
  "top src --limit 2",
  "timeline --interval 1h",
  "observe --last 1 --to-port 5432",
])("the JSON of %s is what it was", async (words) => {
  const shown = await outputOf([...words.split(" "), "--db", database, "-o", "json"]);
  expect(shown).toMatchSnapshot();
});
