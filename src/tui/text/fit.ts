import { cutText } from "../../query/output/cut-text.ts";
import { type Line, Span, type Style, widthOf } from "./span.ts";

const segmenter = new Intl.Segmenter();

/** A span of exactly so many columns: longer text is cut. */
export function fit(
  text: string,
  columns: number,
  style: Style = {},
  align: "left" | "right" = "left",
): Span {
  const span = new Span(text, style);
  if (span.width === columns) return span;
  if (span.width > columns) return cut(span, columns);
  const space = " ".repeat(columns - span.width);
  return new Span(align === "right" ? space + span.text : span.text + space, style);
}

/** At most so many columns. */
export function cut(span: Span, columns: number): Span {
  if (span.width <= columns) return span;
  const { text, width } = new Span(cutText(span.text, columns));
  return new Span(text + " ".repeat(Math.max(0, columns - width)), span.style);
}

/** A line of exactly so many columns; what is too much at its end is cut off. */
export function fitLine(line: Line, columns: number): Line {
  const fitted: Span[] = [];
  let left = columns;
  for (const span of line) {
    if (left <= 0) break;
    const shown = cut(span, left);
    fitted.push(shown);
    left -= shown.width;
  }
  return left > 0 ? [...fitted, new Span(" ".repeat(left))] : fitted;
}

/** Something at the left and something at the right of a line; the right side stays whole. */
export function spread(left: Line, right: Line, columns: number): Line {
  const rightWidth = widthOf(right);
  if (rightWidth >= columns) return fitLine(right, columns);
  return [...fitLine(left, columns - rightWidth), ...right];
}

/** Text on as many lines of so many columns as it needs. */
export function wrap(text: string, columns: number, style: Style = {}): Line[] {
  const lines: Line[] = [];
  let line = "";
  let width = 0;
  for (const { segment } of segmenter.segment(new Span(text).text)) {
    const more = new Span(segment).width;
    if (width + more > columns) {
      lines.push([new Span(line, style)]);
      line = "";
      width = 0;
    }
    line += segment;
    width += more;
  }
  return [...lines, [new Span(line, style)]];
}
