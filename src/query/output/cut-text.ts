import { textWidth } from "../../model/text-width.ts";

const ELLIPSIS = "…";
/** `namespace/name` of a pod or of what it belongs to. */
const named = /^[a-z\d][a-z\d-]*\/[a-z\d][a-z\d.-]*$/;

let segmenter: Intl.Segmenter | undefined;

/** Printable text in at most so many columns; where it is cut there is an ellipsis. */
export function cutText(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  if (columns <= 0) return "";
  return named.test(text) ? cutName(text, columns - 1) : cutEnd(text, columns - 1);
}

/** `shop/web-5d…-x2x7z`: the last part is what replicas differ in. */
function cutName(name: string, room: number): string {
  const half = Math.floor(room / 2);
  const end = Math.min(half, name.length - Math.max(0, name.lastIndexOf("-")));
  return name.slice(0, room - end) + ELLIPSIS + name.slice(name.length - end);
}

function cutEnd(text: string, room: number): string {
  segmenter ??= new Intl.Segmenter();
  let kept = "";
  let width = 0;
  for (const { segment } of segmenter.segment(text)) {
    width += textWidth(segment);
    if (width > room) break;
    kept += segment;
  }
  return kept + ELLIPSIS;
}
