import { printable } from "../../model/printable.ts";
import type { RecentEvent } from "../../query/recent-events.ts";
import { type Cell, csvLine } from "../../query/output/csv.ts";
import { endpointCells, endpointTitles } from "./endpoint-csv.ts";
import { eventLine } from "./event-line.ts";
import { safeJson } from "../../query/output/safe-json.ts";

/** One line for each denial: what can be followed. */
export const lineOutputs = ["compact", "jsonl", "csv", "raw"] as const;
export type LineOutput = (typeof lineOutputs)[number];

const csvFields = [
  "event",
  "time",
  "node",
  "src",
  "srcPort",
  "dst",
  "dstPort",
  "protocol",
  "direction",
  "in",
  "out",
  "prefix",
  "verdict",
  "policy",
  "tier",
  "kind",
  "policyCut",
  "length",
  "ttl",
  "tcpFlags",
  "icmpType",
  "icmpCode",
  "portName",
  "icmpName",
  "repeated",
  "line",
] as const satisfies readonly (keyof RecentEvent)[];

export const eventCsv = {
  titles: [...csvFields, ...endpointTitles],
  cells: (event: RecentEvent): Cell[] => [
    ...csvFields.map((field) => event[field]),
    ...endpointCells(event),
  ],
};

/** A denial with its line end. */
export const eventText: Readonly<Record<LineOutput, (event: RecentEvent) => string>> = {
  compact: (event) => `${eventLine(event)}\n`,
  jsonl: (event) => `${safeJson(event)}\n`,
  csv: (event) => csvLine(eventCsv.cells(event)),
  raw: ({ line }) => `${printable(line)}\n`,
};
