import { isDeepStrictEqual } from "node:util";
import type { PolicyRule } from "./policy.ts";

/** Whether what a rule matches has been logged by one before it. */
export function isLoggedBefore(rules: readonly PolicyRule[], index: number): boolean {
  return rules
    .slice(0, index)
    .some(
      ({ action, match, matchesAll }) =>
        action === "Log" && (matchesAll || isDeepStrictEqual(match, rules[index]?.match)),
    );
}
