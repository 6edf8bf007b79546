import type { Bounds } from "../../query/question.ts";
import type { AnswerWindow } from "../../query/question.ts";
import { count, countOf, shortTime } from "../../query/output/wording.ts";

type Totals = { readonly packets: number; readonly attempts: number; readonly flows: number };

/** The line above a table: how much was denied, and in which time. */
export function answerHead(window: AnswerWindow, totals: Totals & Bounds): string {
  const least = totals.packetsAreLowerBound ? "at least " : "";
  const most = totals.attemptsAreUpperBound ? "at most " : "";
  const packets = least + countOf(totals.packets, "packet");
  const attempts = most + countOf(totals.attempts, "attempt");
  const head = `${packets} denied in ${attempts}, ${countOf(totals.flows, "flow")}`;
  return `${head}${windowText(window)}\n`;
}

function windowText({ since, until, relativeTo, snappedTo }: AnswerWindow): string {
  if (until === undefined) return "";
  const from = since === undefined ? "" : ` from ${shortTime(since)}`;
  const reference =
    relativeTo === undefined
      ? ""
      : `\nNothing newer than ${shortTime(relativeTo)} UTC: relative times count from there`;
  const coarse =
    snappedTo === undefined
      ? ""
      : `\nShorter times are not kept so far back: the window is widened to whole ${snappedTo}s`;
  return `,${from} to ${shortTime(until)} UTC${reference}${coarse}`;
}

/** Says how many rows a limit has left out. */
export function leftOut(shown: number, all: number): string {
  return shown < all ? `${count(all - shown)} more; --limit 0 shows all\n` : "";
}
