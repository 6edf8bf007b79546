import type { Policy } from "./policy.ts";
import { type Term, type Terms, termsOf } from "./selector-terms.ts";

/**
 * Answers that are yes only where it is certain, from the texts of selectors alone: nobody tells
 * which pods there are.
 */
export class Selections {
  /** Each policy is read once, though it is compared with all others. */
  readonly #terms = new Map<Policy, Terms>();

  /** Whether all that `narrow` selects is selected by `wide`, too. */
  covers(wide: Policy, narrow: Policy): boolean {
    if (isNowhere(wide) && !isNowhere(narrow)) return false;
    const { terms: asked, isWhole } = this.#of(wide);
    const { terms: known } = this.#of(narrow);
    if (!isWhole) return hasSameSelection(wide, narrow);
    return asked.every((term) => known.some((each) => implies(each, term)));
  }

  /** Whether no endpoint is selected by both. */
  areApart(a: Policy, b: Policy): boolean {
    const { terms: others } = this.#of(b);
    return this.#of(a).terms.some((one) => others.some((other) => exclude(one, other)));
  }

  #of(policy: Policy): Terms {
    const known = this.#terms.get(policy) ?? termsOf(policy);
    this.#terms.set(policy, known);
    return known;
  }
}

/** It is applied to a namespace that nobody knows yet. */
function isNowhere({ kind, namespace }: Policy): boolean {
  return kind === "NetworkPolicy" && namespace === undefined;
}

function hasSameSelection(a: Policy, b: Policy): boolean {
  const isSamePlace = a.kind === b.kind && a.namespace === b.namespace;
  return isSamePlace && JSON.stringify(a.selection) === JSON.stringify(b.selection);
}

function implies(known: Term, asked: Term): boolean {
  if (known.label !== asked.label) return false;
  const isWithin = (values: readonly string[], others: readonly string[]) =>
    values.every((value) => others.includes(value));
  switch (asked.is) {
    case "in":
      return known.is === "in" && isWithin(known.values, asked.values);
    case "notIn":
      return known.is === "notIn"
        ? isWithin(asked.values, known.values)
        : exclude(known, { ...asked, is: "in" });
    case "present":
      return known.is === "in" || known.is === "present";
    case "absent":
      return known.is === "absent";
  }
}

function exclude(a: Term, b: Term): boolean {
  if (a.label !== b.label) return false;
  const [one, other] = a.is === "in" || a.is === "present" ? [a, b] : [b, a];
  if (one.is === "in" && other.is === "in") {
    return !one.values.some((value) => other.values.includes(value));
  }
  if (one.is === "in" && other.is === "notIn") {
    return one.values.every((value) => other.values.includes(value));
  }
  return (one.is === "in" || one.is === "present") && other.is === "absent";
}
