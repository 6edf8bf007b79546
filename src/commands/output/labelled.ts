import { textWidth } from "../../model/text-width.ts";

const LABEL_COLUMNS = 10;

/**
 * `Lines     12 read = 10 denials + ...`: parts after a label, aligned, on as many lines as `width`
 * asks for. A part stays whole, for a number is not to be torn from its unit.
 */
export function labelled(
  label: string,
  parts: readonly string[],
  width: number | undefined,
): string {
  const lines: string[] = [];
  let line = label.padEnd(LABEL_COLUMNS);
  let isEmpty = true;
  for (const part of parts) {
    const longer = isEmpty ? line + part : `${line} ${part}`;
    if (!isEmpty && textWidth(longer) > (width ?? Number.POSITIVE_INFINITY)) {
      lines.push(line);
      line = " ".repeat(LABEL_COLUMNS) + part;
    } else {
      line = longer;
    }
    isEmpty = false;
  }
  return [...lines, line].map((text) => `${text.trimEnd()}\n`).join("");
}
