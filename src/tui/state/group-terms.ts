import type { TermName } from "../../model/filter-term.ts";
import { isEndpointTerm } from "../../model/endpoint-term.ts";
import { OTHER } from "../../query/other-rows.ts";
import { NO_KEY } from "../../query/grouping.ts";
import type { TopDimension } from "../../query/top.ts";
import type { FilterTerm } from "../../model/filter-words.ts";

const termOf: Readonly<Partial<Record<TopDimension, TermName>>> = {
  src: "from-ip",
  dst: "to-ip",
  port: "to-port",
  protocol: "protocol",
  direction: "direction",
  prefix: "prefix",
  policy: "policy",
  node: "node",
};

/** The terms that only what a group holds passes; undefined where no filter can ask for it. */
export function groupTerms(by: TopDimension, key: string): FilterTerm[] | undefined {
  const name = isEndpointTerm(by) ? by : termOf[by];
  if (name === undefined || key === NO_KEY || key === OTHER) return undefined;
  return [{ name, value: key, isNegated: false }];
}
