import type { Field } from "./field.ts";
import { type PolicyType, policyTypes } from "./policy.ts";

/**
 * The directions of a policy; `filled` where it names none.
 *
 * @throws WrongField
 */
export function readTypes(field: Field, filled: readonly PolicyType[]): readonly PolicyType[] {
  const named = field.list().map((type) => type.oneOf(policyTypes));
  return named.length > 0 ? policyTypes.filter((type) => named.includes(type)) : filled;
}
