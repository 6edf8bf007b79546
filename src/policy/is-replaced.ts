import type { LogPolicy } from "./log-policy.ts";
import type { Policy } from "./policy.ts";

/** Whether a Log policy that there is gives way to one that is made, of the same name. */
export function isReplaced(logger: Policy, logs: readonly LogPolicy[]): boolean {
  const { kind, namespace, tier, name } = logger;
  return logs.some(({ name: made, sources: [first] }) => {
    const isInSamePlace = first.kind === kind && first.namespace === namespace;
    return isInSamePlace && first.tier === tier && (made === name || made === `${tier}.${name}`);
  });
}
