import { type TopDimension, topDimensions } from "../../query/top.ts";

export function isTopDimension(text: string): text is TopDimension {
  return (topDimensions as readonly string[]).includes(text);
}
