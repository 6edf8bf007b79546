import { textWidth } from "../../model/text-width.ts";

/**
 * Text on as many lines as it takes, each behind an indent and broken at a space, or where `width`
 * ends when a word is longer.
 */
export function wrapped(text: string, indent: number, width: number | undefined): string {
  const columns = Math.max(1, (width ?? Number.POSITIVE_INFINITY) - indent);
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/(?<= )/)) {
    if (line !== "" && textWidth(line + word.trimEnd()) > columns) {
      lines.push(line);
      line = "";
    }
    for (const piece of piecesOf(word, columns)) {
      if (textWidth(line + piece.trimEnd()) > columns) {
        lines.push(line);
        line = "";
      }
      line += piece;
    }
  }
  const space = " ".repeat(indent);
  return [...lines, line].map((each) => `${(space + each).trimEnd()}\n`).join("");
}

/** A word that fits is one piece, another goes letter by letter. */
function piecesOf(word: string, columns: number): readonly string[] {
  if (textWidth(word.trimEnd()) <= columns) return [word];
  return [...new Intl.Segmenter().segment(word)].map(({ segment }) => segment);
}
