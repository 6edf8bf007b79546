import { isTermName, parseTerm, type Term, termNames } from "./filter-term.ts";

/**
 * Reads a filter as it is written on a command line: `--to-port 5432 --not --protocol icmp`. Values
 * with spaces stand in quotes.
 *
 * @throws RangeError that says what was expected.
 */
export function parseFilter(text: string): Term[] {
  const words = [...text.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, plain]) => double ?? single ?? plain ?? "",
  );
  const terms: Term[] = [];
  let isNegated = false;
  while (words.length > 0) {
    const word = words.shift()!;
    if (word === "--not") {
      isNegated = true;
      continue;
    }
    const [flag = "", value] = word.split(/=(.*)/s, 2);
    const name = flag.replace(/^--/, "");
    if (!flag.startsWith("--") || !isTermName(name)) {
      const known = termNames.map((each) => `--${each}`).join(", ");
      throw new RangeError(`Cannot filter by "${word}": expected ${known} or --not`);
    }
    const argument = value ?? words.shift();
    if (argument === undefined) {
      throw new RangeError(`Cannot filter by "${word}": expected a value behind it`);
    }
    terms.push(parseTerm(name, argument, isNegated));
    isNegated = false;
  }
  if (isNegated) throw new RangeError("Cannot negate nothing: expected a filter after --not");
  return terms;
}
