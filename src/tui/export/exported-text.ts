import { printable } from "../../model/printable.ts";
import { type Cell, csvLine } from "../../query/output/csv.ts";
import { safeJson } from "../../query/output/safe-json.ts";
import type { Answer } from "../queries/ask.ts";
import type { ExportFormat } from "../state/step.ts";
import { flatRow } from "./flat-row.ts";

type Row = Readonly<Record<string, unknown>>;

/** An answer as the text of a file. */
export function exportedText(answer: Answer, format: ExportFormat): string {
  if (format === "json") return `${safeJson(wholeOf(answer), 2)}\n`;
  const rows = rowsOf(answer).map((row) => flatRow(row));
  const titles = [...new Set(rows.flatMap((row) => [...row.keys()]))];
  const cells = rows.map((row) => titles.map((title): Cell => row.get(title)));
  const line = format === "csv" ? csvLine : markdownLine;
  const rule = format === "csv" ? [] : [line(titles.map(() => "---"))];
  return [line(titles), ...rule, ...cells.map(line)].join("");
}

function wholeOf(answer: Answer): unknown {
  switch (answer.kind) {
    case "overview": {
      const { rankings, histogram } = answer;
      const { window, totals, by } = rankings;
      return { window, totals, by, histogram };
    }
    case "flows":
      return answer.page.answer;
    case "groups":
      return answer.top;
    case "flow":
      return answer.detail;
    case "events":
      return answer.recent;
    case "health":
      return answer.status;
    case "sql":
      return rowsOf(answer);
  }
}

function rowsOf(answer: Answer): readonly Row[] {
  switch (answer.kind) {
    case "overview":
      return Object.entries(answer.rankings.by).flatMap(([dimension, { rows }]) =>
        rows.map(({ text, packets }) => ({ dimension, key: text, packets })),
      );
    case "flows":
      return answer.page.answer.flows;
    case "groups":
      return answer.top.top;
    case "flow":
      return answer.detail === undefined ? [] : [answer.detail.flow ?? answer.detail.ever];
    case "events":
      return answer.recent.events;
    case "health":
      return answer.status.losses;
    case "sql": {
      const { columns, rows } = answer.table;
      return rows.map((row) =>
        Object.fromEntries(columns.map((name, index) => [name, row[index]])),
      );
    }
  }
}

/** A line of a table of GitHub's Markdown; what would be markup is taken as text. */
function markdownLine(cells: readonly Cell[]): string {
  const texts = cells.map((cell) => {
    const text = cell === undefined ? "" : Array.isArray(cell) ? cell.join(" ") : String(cell);
    return printable(text).replaceAll(/[\\|`*_<>[\]]/g, "\\$&");
  });
  return `| ${texts.join(" | ")} |\n`;
}
