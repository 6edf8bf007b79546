import type Database from "better-sqlite3";
import { KIND_FLOW, KIND_OTHER } from "../model/flow-bounds.ts";
import { sketchError, SourceSketch } from "../model/source-sketch.ts";
import type { TimeWindow } from "../model/time-window.ts";
import { rowsOf } from "./counts.ts";
import type { Term } from "../model/filter-term.ts";
import type { Condition } from "./filter.ts";

/** How many sources are in an `other` row; the error is left out where the number is exact. */
export type Sources = { readonly sources: number; readonly sourcesError?: number };

/** What stands for a property that an `other` row does not have. */
export const OTHER = "other";

/** Which kinds of rows know what a term asks for: kinds up to this one. */
const knownTo: Readonly<Partial<Record<Term["name"], number>>> = {
  "from-ip": KIND_FLOW,
  direction: KIND_FLOW,
  "to-ip": KIND_OTHER,
  "to-port": KIND_OTHER,
  protocol: KIND_OTHER,
};

/** A condition that is unknown for rows which do not have what it asks for. */
export function whereKnown({ sql, values }: Condition, name: Term["name"]): Condition {
  const kind = knownTo[name];
  return kind === undefined
    ? { sql, values }
    : { sql: `iif(f.kind > ${kind}, NULL, ${sql})`, values };
}

/** Whether any flows were folded: their index is made with the first `other` row. */
function hasOtherRows(database: Database.Database): boolean {
  const found = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'other_flows'");
  return found.get() !== undefined;
}

/** The sources of each `other` row in a window. */
export function sourcesOfOthers(
  database: Database.Database,
  window: TimeWindow | undefined,
): ReadonlyMap<number, Sources> {
  const sketches = new Map<number, SourceSketch>();
  if (!hasOtherRows(database)) return new Map();
  const rows = database
    .prepare<[], [flow: number, sources: Buffer]>(
      rowsOf(window, "flow, sources", "sources IS NOT NULL"),
    )
    .raw();
  for (const [flow, sources] of rows.iterate()) {
    const sketch = sketches.get(flow);
    if (sketch === undefined) sketches.set(flow, SourceSketch.of(sources));
    else sketch.mergeBytes(sources);
  }
  return new Map([...sketches].map(([flow, sketch]) => [flow, sourcesIn(sketch)]));
}

function sourcesIn(sketch: SourceSketch): Sources {
  const sources = sketch.estimate();
  return sketch.isEstimate ? { sources, sourcesError: sketchError } : { sources };
}

/** Packets that were denied to flows which have no row of their own. */
export function packetsInOthers(database: Database.Database): number {
  if (!hasOtherRows(database)) return 0;
  const total = database.prepare(
    "SELECT total(d.packets) FROM flow_days d JOIN flows f ON f.id = d.flow WHERE f.kind > 0",
  );
  return Number(total.pluck().get());
}
