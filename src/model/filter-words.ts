import { isTermName, parseTerm, type Term, type TermName, termNames } from "./filter-term.ts";

/** A filter term as people write it. */
export type FilterTerm = {
  readonly name: TermName;
  readonly value: string;
  readonly isNegated: boolean;
};

/** Names that a mistyped one is told. */
const NEAR_MAX = 5;

/**
 * Reads a filter as it is written on a command line: `--to-port 5432 --not --protocol icmp`, or
 * without the dashes, `to-port 5432 !protocol icmp`. Values with spaces stand in quotes.
 *
 * @throws RangeError that says what was expected.
 */
export function filterWords(text: string): FilterTerm[] {
  const words = [...text.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, plain]) => double ?? single ?? plain ?? "",
  );
  const terms: FilterTerm[] = [];
  let isNegated = false;
  while (words.length > 0) {
    const word = words.shift()!;
    if (/^(--not|not|!)$/.test(word)) {
      isNegated = !isNegated;
      continue;
    }
    const [flag = "", attached] = word.split(/=(.*)/s, 2);
    const name = flag.replace(/^!?(--)?/, "");
    if (!isTermName(name)) {
      throw new RangeError(`Cannot filter by "${word}": expected ${nearNames(name)} or not`);
    }
    const value = attached ?? words.shift();
    if (value === undefined) {
      throw new RangeError(`Cannot filter by "${word}": expected a value behind it`);
    }
    const term = { name, value, isNegated: isNegated !== flag.startsWith("!") };
    parseTerm(name, value, term.isNegated);
    terms.push(term);
    isNegated = false;
  }
  if (isNegated) throw new RangeError("Cannot negate nothing: expected a filter behind not");
  return terms;
}

/** The same as queries take it. */
export function parseFilter(text: string): Term[] {
  return termsOf(filterWords(text));
}

/** @throws RangeError that says what was expected. */
export function termsOf(terms: readonly FilterTerm[]): Term[] {
  return terms.map(({ name, value, isNegated }) => parseTerm(name, value, isNegated));
}

function nearNames(name: string): string {
  const near = termNames.filter((each) => name !== "" && each.includes(name)).slice(0, NEAR_MAX);
  return (near.length === 0 ? termNames : near).join(", ");
}
