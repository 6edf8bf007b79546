import { printable } from "../../model/printable.ts";

/** What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection). */
const startsFormula = /^[\s]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r]/u;
const needsQuotes = /[",\r\n']/;

export type Cell = string | number | boolean | readonly string[] | undefined;

/** One line of RFC 4180. Numbers stay numbers; text that a spreadsheet would run gets a `'`. */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join(",")}\r\n`;
}

function csvCell(cell: Cell): string {
  if (cell === undefined) return "";
  if (typeof cell === "number" || typeof cell === "boolean") return String(cell);
  const joined = printable(typeof cell === "string" ? cell : cell.join(" "));
  // A dash alone stands for "none" in our own columns, and is no formula.
  const isFormula = joined !== "-" && startsFormula.test(joined);
  const text = isFormula ? `'${joined}` : joined;
  return needsQuotes.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
