import type { FlowSort } from "../../query/flows.ts";
import { byteSize, count } from "../../query/output/wording.ts";
import { noteText } from "../notes/note-text.ts";
import type { Notes } from "../notes/note.ts";
import { flowValue } from "../state/flow-terms.ts";
import { flowWords } from "../state/note-keys.ts";
import type { CellName } from "../state/state.ts";
import type { TableRow } from "../state/table-rows.ts";
import { secondText } from "../text/words.ts";
import type { TableColumn } from "../widgets/draw-table.ts";

type FlowTableRow = Extract<TableRow, { kind: "flow" }>;
/** Undefined while it is fetched. */
type Row = TableRow | undefined;

const UNFETCHED = "...";

function of(text: (row: FlowTableRow) => string): (row: Row) => string {
  return (row) => (row === undefined ? UNFETCHED : row.kind === "flow" ? text(row) : "");
}

const cell = (name: CellName) => of(({ flow }) => flowValue(flow, name).text);

type Named = TableColumn<Row> & { readonly sort?: FlowSort };

const right = { align: "right" } as const;
const columns: readonly Named[] = [
  { name: "source", title: "SOURCE", value: cell("source"), rank: 0, widthMin: 15, sort: "src" },
  {
    name: "destination",
    title: "DESTINATION",
    value: cell("destination"),
    rank: 0,
    widthMin: 15,
    sort: "dst",
  },
  { name: "port", title: "PORT", value: cell("port"), rank: 0, sort: "dstPort" },
  { name: "direction", title: "DIRECTION", value: cell("direction"), rank: 3 },
  { name: "policy", title: "POLICY", value: cell("policy"), rank: 6, widthMin: 12 },
  {
    name: "packets",
    title: "PACKETS",
    value: of(({ flow }) => count(flow.packets)),
    rank: 0,
    tone: "denied",
    sort: "packets",
    ...right,
  },
  {
    name: "attempts",
    title: "ATTEMPTS",
    value: of(({ flow }) => count(flow.attempts)),
    rank: 4,
    sort: "attempts",
    ...right,
  },
  {
    name: "bytes",
    title: "BYTES",
    value: of(({ flow }) => byteSize(flow.bytes)),
    rank: 7,
    sort: "bytes",
    ...right,
  },
  {
    name: "first",
    title: "FIRST SEEN",
    value: of(({ flow }) => secondText(flow.firstSeen)),
    rank: 5,
    sort: "firstSeen",
  },
  {
    name: "last",
    title: "LAST SEEN",
    value: of(({ flow }) => secondText(flow.lastSeen)),
    rank: 2,
    sort: "lastSeen",
  },
  {
    name: "service",
    title: "SERVICE",
    value: of(({ flow: { portName, icmpName } }) => portName ?? icmpName ?? ""),
    rank: 8,
  },
  { name: "node", title: "NODE", value: of(({ flow }) => flow.node ?? ""), rank: 9 },
];

/**
 * The columns of flows; what they are sorted by is marked, and always there. Notes have one where
 * there are any.
 */
export function flowColumns(
  sort: FlowSort,
  notes: Notes,
  now: number,
): readonly TableColumn<Row>[] {
  const noted: Named = {
    name: "note",
    title: "NOTE",
    value: of(({ flow }) => noteText(notes[flowWords(flow) ?? ""], now)),
    rank: 1,
    widthMin: 16,
  };
  const all = Object.keys(notes).length === 0 ? columns : [...columns, noted];
  return all.map((column) =>
    column.sort === sort ? { ...column, title: `${column.title} ▾`, rank: 0 } : column,
  );
}
