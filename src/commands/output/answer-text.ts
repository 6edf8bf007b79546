import { type Cell, csvLine } from "./csv.ts";
import { safeJson } from "./safe-json.ts";

export const outputs = ["table", "wide", "json", "jsonl", "csv", "yaml"] as const;
export type Output = (typeof outputs)[number];

/** The forms in which an answer can be printed. */
export type AnswerForms<Row> = {
  /** All of it, for JSON and YAML. */
  readonly answer: object;
  /** What JSON lines and CSV have a line of. */
  readonly rows: readonly Row[];
  readonly csv: {
    readonly titles: readonly string[];
    readonly cells: (row: Row) => readonly Cell[];
  };
  readonly table: (isWide: boolean) => string;
};

export async function answerText<Row>(
  output: Output,
  { answer, rows, csv, table }: AnswerForms<Row>,
): Promise<string> {
  switch (output) {
    case "json":
      return `${safeJson(answer, 2)}\n`;
    case "jsonl":
      return rows.map((row) => `${safeJson(row)}\n`).join("");
    case "csv":
      return [csv.titles, ...rows.map(csv.cells)].map(csvLine).join("");
    case "yaml":
      // A fifth of the time of a short command, which others need not take.
      return (await import("./safe-yaml.ts")).safeYaml(answer);
    case "table":
    case "wide":
      return table(output === "wide");
  }
}
