import { type Cell, csvLine } from "../../query/output/csv.ts";
import { safeJson } from "../../query/output/safe-json.ts";

export const outputs = ["table", "wide", "json", "jsonl", "csv", "yaml"] as const;
export type Output = (typeof outputs)[number];

/** The forms that an answer has as a whole. */
export type WholeForms = {
  /** All of it, for JSON and YAML. */
  readonly answer: object;
  readonly table: (isWide: boolean) => string;
};

/** The forms in which an answer that consists of rows can be printed. */
export type AnswerForms<Row> = WholeForms & {
  /** What JSON lines and CSV have a line of. */
  readonly rows: readonly Row[];
  readonly csv: {
    readonly titles: readonly string[];
    readonly cells: (row: Row) => readonly Cell[];
  };
};

export async function answerText<Row>(output: Output, forms: AnswerForms<Row>): Promise<string> {
  const { rows, csv } = forms;
  if (output === "jsonl") return rows.map((row) => `${safeJson(row)}\n`).join("");
  if (output === "csv") return [csv.titles, ...rows.map(csv.cells)].map(csvLine).join("");
  return await wholeText(output, forms);
}

export async function wholeText(
  output: Exclude<Output, "jsonl" | "csv">,
  { answer, table }: WholeForms,
): Promise<string> {
  switch (output) {
    case "json":
      return `${safeJson(answer, 2)}\n`;
    case "yaml":
      // A fifth of the time of a short command, which others need not take.
      return (await import("./safe-yaml.ts")).safeYaml(answer);
    case "table":
    case "wide":
      return table(output === "wide");
  }
}
