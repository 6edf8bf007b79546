import type { LogPolicy } from "./log-policy.ts";
import type { Policy } from "./policy.ts";

/** `"shop/access-nginx"` */
export function title(policy: Policy | LogPolicy): string {
  const { namespace } = "sources" in policy ? policy.sources[0] : policy;
  return `"${namespace === undefined ? "" : `${namespace}/`}${policy.name}"`;
}
