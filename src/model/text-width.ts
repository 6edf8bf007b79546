import { createRequire } from "node:module";
import type stringWidth from "string-width";

/**
 * ASCII, box drawing and blocks: a column each. To measure other text takes a hundred times as
 * long, for any character may begin an emoji.
 */
export const oneColumnEach = /^[ -~\u2500-\u259f…]*$/;

type Module = { readonly default: typeof stringWidth };

let loaded: Module | undefined;

/** Columns that a printable text takes in a terminal. */
export function textWidth(text: string): number {
  if (oneColumnEach.test(text)) return text.length;
  // Few texts need it, and it takes 35 ms to load: a fifth of the time of a short command.
  loaded ??= createRequire(import.meta.url)("string-width") as Module;
  return loaded.default(text);
}
