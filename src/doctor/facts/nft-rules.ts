import type { ListedRules, LogRule } from "./log-rules.ts";

/** What is used of libnftables-json(5). */
type Listed = {
  readonly chain?: { readonly name: string };
  readonly rule?: { readonly chain: string; readonly expr?: readonly Statement[] };
};
type Statement = {
  readonly log?: { readonly prefix?: string; readonly group?: number } | null;
  readonly counter?: { readonly packets: number } | string | null;
  readonly limit?: { readonly rate: number; readonly per: string } | string;
};

/** Reads what `nft --json list ruleset` prints; undefined when it is no such text. */
export function nftRules(text: string): ListedRules | undefined {
  const all = listedIn(text);
  if (all === undefined) return undefined;
  return {
    chains: all.flatMap(({ chain }) => (chain === undefined ? [] : [chain.name])),
    rules: all.flatMap(({ rule }) => ruleOf(rule)),
  };
}

function listedIn(text: string): readonly Listed[] | undefined {
  try {
    return (JSON.parse(text) as { readonly nftables?: readonly Listed[] }).nftables;
  } catch {
    return undefined;
  }
}

function ruleOf(rule: Listed["rule"]): LogRule[] {
  const statements = rule?.expr ?? [];
  const log = statements.find((each) => "log" in each)?.log;
  // With a group a packet goes to a program, and not to the kernel's log.
  if (rule === undefined || log === undefined || log?.group !== undefined) return [];
  const counter = statements.find((each) => "counter" in each)?.counter;
  const limit = statements.find((each) => "limit" in each)?.limit;
  return [
    {
      tool: "nft",
      chain: rule.chain,
      prefix: log?.prefix ?? "",
      packets: typeof counter === "object" && counter !== null ? counter.packets : undefined,
      limit: typeof limit === "object" ? `${limit.rate}/${limit.per}` : limit,
    },
  ];
}
