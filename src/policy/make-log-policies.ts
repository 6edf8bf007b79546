import type { Given } from "./given.ts";
import { isLoggedBy } from "./is-logged-by.ts";
import { LogNames } from "./log-names.ts";
import { logOrder } from "./log-order.ts";
import { type LogPolicy, logPolicyName, type LogRule } from "./log-policy.ts";
import type { Covered, Made } from "./made.ts";
import { Neighbours } from "./neighbours.ts";
import { orderBefore } from "./order-before.ts";
import { ownDenials } from "./own-denials.ts";
import { passesOn } from "./passes-on.ts";
import { type Policy, type PolicyType, policyTypes } from "./policy.ts";
import type { Selections } from "./selections.ts";

type Draft = Omit<LogPolicy, "name">;

/** Those of the policies of each tier: those of other tiers do not matter to it. */
type Orders = ReadonlyMap<string, readonly number[]>;

/** Policies with the same selection, of which one Log policy is enough. */
type Group = {
  /** Among the groups, which are in the order of what is given. */
  readonly position: number;
  readonly policies: readonly [Policy, ...Policy[]];
  readonly types: ReadonlySet<PolicyType>;
};

const logsAll: LogRule = { action: "Log", destination: {}, source: {} };

/**
 * Log policies for what is given. Where the end of a tier denies, one logs all that reaches it, and
 * comes after every other policy of its tier. Elsewhere only rules of a policy deny: one before it
 * logs what they match.
 */
export function makeLogPolicies(given: Given, selections: Selections): Made {
  const distinct = new Map(given.policies.map((policy) => [JSON.stringify(policy), policy]));
  const [loggers, sources] = [
    [...distinct.values()].filter(isLogger),
    [...distinct.values()].filter((policy) => !isLogger(policy)),
  ];
  const isEarly = (policy: Policy) => passesOn(policy, given);
  const orders = ordersOf(sources);
  const { drafts, covered } = lastDrafts(
    sources.filter((policy) => !isEarly(policy)),
    orders,
    selections,
  );
  const early = sources.filter(isEarly).map((policy) => earlyDraft(policy, orders));
  const positions = new Map(sources.map((policy, index) => [policy, index]));
  const position = ({ sources: [first] }: Draft) => positions.get(first)!;
  const names = new LogNames();
  const logs = [...drafts, ...early]
    .filter(({ rules }) => Object.keys(rules).length > 0)
    .toSorted((a, b) => position(a) - position(b))
    .map((draft): LogPolicy => ({ ...draft, name: names.nameFor(draft.sources[0]) }));
  return { logs, sources, loggers, covered };
}

/** Whether it is a Log policy itself: one of ours, or one whose rules do nothing else. */
function isLogger({ name, types, rules }: Policy): boolean {
  if (name === logPolicyName || name.startsWith(`${logPolicyName}-`)) return true;
  return types.every(
    (type) => rules[type].length > 0 && rules[type].every(({ action }) => action === "Log"),
  );
}

/** One for each selection; a direction that a wider one logs is left to that. */
function lastDrafts(
  policies: readonly Policy[],
  orders: Orders,
  selections: Selections,
): { readonly drafts: Draft[]; readonly covered: Covered[] } {
  const groups = groupsOf(policies);
  const neighbours = new Neighbours(groups, ({ policies: [first] }) => first);
  const covered: Covered[] = [];
  const drafts = groups.map((group): Draft => {
    const rules: Partial<Record<PolicyType, readonly LogRule[]>> = {};
    for (const type of policyTypes.filter((each) => group.types.has(each))) {
      if (isLeftToOthers(group, type, neighbours.of(group.policies[0]), selections)) {
        covered.push(...group.policies.map((policy) => ({ policy, type })));
      } else rules[type] = [logsAll];
    }
    const order = logOrder(orders.get(group.policies[0].tier) ?? []);
    return { sources: group.policies, place: "last", order, rules };
  });
  return { drafts, covered };
}

function groupsOf(policies: readonly Policy[]): Group[] {
  const groups = Map.groupBy(policies, ({ kind, namespace, tier, hook, selection }) =>
    JSON.stringify([kind, namespace, tier, hook, selection]),
  );
  return [...groups.values()].map(([first, ...others], position) => ({
    position,
    policies: [first!, ...others],
    types: new Set([first!, ...others].flatMap(({ types }) => types)),
  }));
}

function isLeftToOthers(
  { position, policies: [own] }: Group,
  type: PolicyType,
  others: readonly Group[],
  selections: Selections,
): boolean {
  return others.some((other) => {
    const [wide] = other.policies;
    if (other.position === position || !other.types.has(type)) return false;
    if (!isLoggedBy(wide, own, selections)) return false;
    // Of two that select the same, the first stays.
    return other.position < position || !isLoggedBy(own, wide, selections);
  });
}

function earlyDraft(policy: Policy, orders: Orders): Draft {
  const rules: Partial<Record<PolicyType, readonly LogRule[]>> = {};
  for (const type of policy.types) {
    const denials = ownDenials(policy.rules[type]).first.map((number) => {
      const { match } = policy.rules[type][number - 1]!;
      return { ...logsAll, ...match };
    });
    if (denials.length > 0) rules[type] = denials;
  }
  const { order, tier } = policy;
  const others = orders.get(tier) ?? [];
  return {
    sources: [policy],
    place: "before",
    order: order === undefined ? logOrder(others) : orderBefore(order, others),
    rules,
  };
}

function ordersOf(policies: readonly Policy[]): Orders {
  const tiers = Map.groupBy(policies, ({ tier }) => tier);
  return new Map(
    [...tiers].map(([tier, each]) => [tier, each.flatMap(({ order }) => order ?? [])]),
  );
}
