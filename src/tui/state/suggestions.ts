import { parseTerm, type TermName, termNames } from "../../model/filter-term.ts";
import { parseAddress, parseCidr } from "../../model/address.ts";
import { directions } from "../../model/direction.ts";
import { protocolNames } from "../../model/protocol.ts";
import { rankedDimensions } from "../../query/flow-dimensions.ts";
import { countOf } from "../../query/output/wording.ts";
import { topDimensions } from "../../query/top.ts";
import { termText } from "./filter.ts";
import type { Suggestion } from "./prompt.ts";
import type { State } from "./state.ts";

const SUGGESTIONS_MAX = 8;

const help: Readonly<Partial<Record<TermName, string>>> = {
  "from-ip": "source address or CIDR block",
  "to-ip": "destination address or CIDR block",
  "to-port": "destination port",
  protocol: "protocol",
  direction: "where it went",
  prefix: "LOG prefix",
  policy: "policy that the prefix names",
  node: "node",
  pod: "pod at either side",
  namespace: "namespace at either side",
  workload: "workload at either side",
  network: "network at either side",
};

/** What the words typed so far may become. The last word is completed, the others stay. */
export function filterSuggestions(state: State, text: string): Suggestion[] {
  const { kept, word, name } = lastWord(text);
  const negation = word.startsWith("!") ? "!" : "";
  const bare = word.slice(negation.length);
  const found = name === undefined ? wordSuggestions(state, bare) : valuesOf(state, name, bare);
  const seen = new Set<string>();
  return found
    .filter(({ text: each }) => !seen.has(each) && seen.add(each) !== undefined)
    .slice(0, SUGGESTIONS_MAX)
    .map((each) => ({ ...each, text: `${kept}${negation}${each.text}` }));
}

/** The word that is being typed, and the name of the term whose value it is. */
function lastWord(text: string): { kept: string; word: string; name: TermName | undefined } {
  const kept = text.slice(0, text.length - (/\S*$/.exec(text)?.[0].length ?? 0));
  const word = text.slice(kept.length);
  const before = /(\S+)\s+$/.exec(kept)?.[1]?.replace(/^!?(--)?/, "");
  return { kept, word, name: termNames.find((each) => each === before) };
}

/** A word that may be the name of a term, or a value of one. */
function wordSuggestions(state: State, typed: string): Suggestion[] {
  const word = typed.replace(/^--/, "");
  const names = termNames
    .filter((name) => name.startsWith(word) || (word.length > 1 && name.includes(word)))
    .map((name) => ({ text: `${name} `, help: help[name] ?? "" }));
  if (word === "") return names;
  const values = termNames.flatMap((name) =>
    valuesOf(state, name, word).map((each) => ({ ...each, text: `${name} ${each.text}` })),
  );
  return [...guesses(word), ...values, ...names];
}

/** What a value can only mean. */
function guesses(word: string): Suggestion[] {
  const terms = (names: readonly TermName[]) =>
    names.map((name) => ({
      text: termText({ name, value: word, isNegated: false }),
      help: help[name] ?? "",
    }));
  if (/^\d{1,5}$/.test(word) && Number(word) <= 65_535) return terms(["to-port"]);
  if (parseCidr(word) !== undefined || parseAddress(word) !== undefined) {
    return terms(["from-ip", "to-ip"]);
  }
  return [];
}

/** Values of a term that the screens have shown, or that there are at all. */
function valuesOf(state: State, name: TermName, typed: string): Suggestion[] {
  const fixed =
    name === "direction" ? directions : name === "protocol" ? protocolNames : ([] as string[]);
  const known = new Map<string, number>();
  for (const view of state.views) {
    if (view.screen !== "overview") continue;
    for (const dimension of rankedDimensions) {
      for (const { terms, packets } of view.answer?.rankings.by[dimension].rows ?? []) {
        const term = terms.find((each) => each.name === name);
        if (term !== undefined) known.set(term.value, packets);
      }
    }
  }
  const values = [...new Set([...known.keys(), ...fixed])];
  const place = (value: string) => (value.startsWith(typed) ? 0 : 1);
  values.sort((a, b) => place(a) - place(b) || (known.get(b) ?? 0) - (known.get(a) ?? 0));
  return values
    .filter((value) => value.includes(typed) && isReadable(name, value))
    .map((value) => {
      const packets = known.get(value);
      return { text: value, help: packets === undefined ? "" : countOf(packets, "packet") };
    });
}

function isReadable(name: TermName, value: string): boolean {
  try {
    parseTerm(name, value, false);
    return true;
  } catch {
    return false;
  }
}

const commands: readonly Suggestion[] = [
  { text: "overview", help: "totals and rankings" },
  { text: "flows", help: "the table of flows" },
  { text: "events", help: "single denials as they come" },
  { text: "health", help: "losses, sources of lines, destinations" },
  { text: "since ", help: "a duration or an RFC 3339 time" },
  { text: "until ", help: "a duration or an RFC 3339 time" },
  { text: "filter ", help: "as to-port 5432" },
  { text: "sql ", help: "read-only SQL" },
  { text: "all", help: "without any filter" },
  { text: "help", help: "keys" },
  { text: "quit", help: "" },
];

export function commandSuggestions(text: string): Suggestion[] {
  const groups = topDimensions.map((by) => ({ text: `by ${by}`, help: `flows by ${by}` }));
  return [...commands, ...groups]
    .filter((each) => each.text.startsWith(text) && each.text !== text)
    .slice(0, SUGGESTIONS_MAX);
}
