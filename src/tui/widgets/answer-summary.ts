import type { Totals } from "../../query/flows.ts";
import type { Bounds } from "../../query/question.ts";
import { countOf } from "../../query/output/wording.ts";
import type { Line } from "../text/span.ts";
import { dim, strong } from "../text/words.ts";

/** `1,234 packets denied in 56 attempts, 7 flows`, with what is a bound called one. */
export function answerSummary(totals: Totals & Bounds): Line {
  const least = totals.packetsAreLowerBound ? "at least " : "";
  const most = totals.attemptsAreUpperBound ? "at most " : "";
  return [
    strong(`${least}${countOf(totals.packets, "packet")}`),
    dim(" denied in "),
    strong(`${most}${countOf(totals.attempts, "attempt")}`),
    dim(", "),
    strong(countOf(totals.flows, "flow")),
  ];
}
