import type { Given } from "./given.ts";
import { type LastRule, lastRulesOf } from "./last-rules.ts";
import type { LogPolicy } from "./log-policy.ts";
import type { Made } from "./made.ts";
import { Neighbours } from "./neighbours.ts";
import type { Policy } from "./policy.ts";
import type { Selections } from "./selections.ts";
import { title } from "./title.ts";

/** What there is to think about. */
export type Situation = Made & {
  readonly given: Given;
  readonly selections: Selections;
  readonly lastRules: readonly LastRule[];
  readonly nearLastRules: Neighbours<LastRule>;
  readonly nearSources: Neighbours<Policy>;
};

export function situationOf(made: Made, given: Given, selections: Selections): Situation {
  const lastRules = lastRulesOf(made.logs);
  const nearLastRules = new Neighbours(lastRules, ({ like }) => like);
  const nearSources = new Neighbours(made.sources, (policy) => policy);
  return { ...made, given, selections, lastRules, nearLastRules, nearSources };
}

/** The titles of some Log policies, each once, in the order in which they are made. */
export function titlesOf(rules: readonly LastRule[], { logs }: Situation): string[] {
  const found = new Set<LogPolicy>(rules.map(({ log }) => log));
  return logs.filter((log) => found.has(log)).map(title);
}
