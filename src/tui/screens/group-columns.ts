import { count } from "../../query/output/wording.ts";
import type { TopDimension } from "../../query/top.ts";
import { flowValue } from "../state/flow-terms.ts";
import type { TableRow } from "../state/table-rows.ts";
import { secondText } from "../text/words.ts";
import type { TableColumn } from "../widgets/draw-table.ts";

type Row = TableRow | undefined;

/** What groups and flows both have. */
type Counts = {
  readonly packets: number;
  readonly attempts: number;
  readonly firstSeen: string;
  readonly lastSeen: string;
};

function counted(text: (counts: Counts) => string): (row: Row) => string {
  return (row) => (row === undefined ? "..." : text(row.kind === "group" ? row.group : row.flow));
}

/** The name of a group, or below it what its flows have instead. */
function keyText(row: Row): string {
  if (row === undefined) return "...";
  if (row.kind === "group") return `${row.isUnfolded ? "▾" : "▹"} ${row.group.key.trimEnd()}`;
  const [source, destination, port] = (["source", "destination", "port"] as const).map(
    (name) => flowValue(row.flow, name).text,
  );
  return `    ${source} → ${destination} ${port}`;
}

/** Groups by a dimension, and the flows of those that are unfolded below them. */
export function groupColumns(by: TopDimension): readonly TableColumn<Row>[] {
  const right = { align: "right" } as const;
  const flows = (row: Row) => (row?.kind === "group" ? count(row.group.flows) : "");
  return [
    { name: "key", title: by.toUpperCase(), value: keyText, rank: 0, widthMin: 24 },
    {
      name: "packets",
      title: "PACKETS ▾",
      value: counted(({ packets }) => count(packets)),
      rank: 0,
      tone: "denied",
      ...right,
    },
    {
      name: "attempts",
      title: "ATTEMPTS",
      value: counted(({ attempts }) => count(attempts)),
      rank: 2,
      ...right,
    },
    { name: "flows", title: "FLOWS", value: flows, rank: 3, ...right },
    {
      name: "first",
      title: "FIRST SEEN",
      value: counted(({ firstSeen }) => secondText(firstSeen)),
      rank: 4,
    },
    {
      name: "last",
      title: "LAST SEEN",
      value: counted(({ lastSeen }) => secondText(lastSeen)),
      rank: 1,
    },
  ];
}
