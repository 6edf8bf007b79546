import type { FilterTerm } from "../../model/filter-words.ts";

/** What a view is about: terms, and a window whose ends are durations or RFC 3339 times. */
export type Filter = {
  readonly terms: readonly FilterTerm[];
  readonly since?: string;
  readonly until?: string;
};

export const noFilter: Filter = { terms: [] };

export function termText({ name, value, isNegated }: FilterTerm): string {
  const text = /\s/.test(value) ? `"${value}"` : value;
  return `${isNegated ? "not " : ""}${name} ${text}`;
}

/** The filter with some terms more; those that it has already do not come twice. */
export function withTerms(filter: Filter, added: readonly FilterTerm[]): Filter {
  const key = ({ name, value, isNegated }: FilterTerm) => `${isNegated} ${name} ${value}`;
  const known = new Set(filter.terms.map(key));
  return { ...filter, terms: [...filter.terms, ...added.filter((term) => !known.has(key(term)))] };
}
