import type { Felix } from "./felix.ts";
import type { Policy } from "./policy.ts";
import type { Tier } from "./tier.ts";

/** What files said. */
export type Given = {
  readonly policies: Policy[];
  readonly tiers: Map<string, Tier>;
  readonly felix: Felix[];
  /** How many documents of each other kind there are. */
  readonly others: Map<string, number>;
  /** What is wrong, one sentence each. */
  readonly problems: string[];
};

export function nothingGiven(): Given {
  return { policies: [], tiers: new Map(), felix: [], others: new Map(), problems: [] };
}
