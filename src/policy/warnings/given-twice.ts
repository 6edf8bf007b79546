import { listed } from "../listed.ts";
import type { Policy } from "../policy.ts";
import type { Situation } from "../situation.ts";
import { title } from "../title.ts";

/** A policy in two versions, of which a cluster has one: the other's Log policy isolates pods. */
export function givenTwice({ sources }: Situation): string[] {
  const named = Map.groupBy(sources, ({ api, kind, tier, name }) =>
    JSON.stringify([api, kind, tier, name]),
  );
  return [...named.values()].flatMap((policies) => {
    const spaces = Map.groupBy(policies, ({ namespace }) => namespace);
    const versions = [...spaces.values()].filter(haveVersions).map(inVersions);
    const [nameless] = spaces.get(undefined) ?? [];
    const others = [...spaces.values()].flatMap(([first]) => (first === nameless ? [] : first!));
    return nameless === undefined || others.length === 0
      ? versions
      : [...versions, perhapsTheSame(nameless, others)];
  });
}

/** Which Log policy is made depends on no more than that. */
function haveVersions(policies: readonly Policy[]): boolean {
  const texts = policies.map(({ selection, types, hook }) =>
    JSON.stringify([selection, types, hook]),
  );
  return new Set(texts).size > 1;
}

function inVersions(policies: readonly Policy[]): string {
  return (
    `${title(policies[0]!)} is given ${policies.length} times, with different selectors or ` +
    "types, and what each would deny is logged: give only the one that is in force"
  );
}

function perhapsTheSame(nameless: Policy, others: readonly Policy[]): string {
  return (
    `${title(nameless)} may be ${listed(others.map(title))}, and then two Log policies have one ` +
    "name, of which the later replaces the earlier: give it once, or name its namespace with -n"
  );
}
