import type { Policy } from "./policy.ts";

/** What a selector asks of one label. */
export type Term = {
  readonly label: string;
  readonly is: "in" | "notIn" | "present" | "absent";
  readonly values: readonly string[];
};

/** Terms that hold of each endpoint of a policy. */
export type Terms = {
  readonly terms: readonly Term[];
  /** Whether all endpoints of which they hold are selected: not if more is asked for, as by ||. */
  readonly isWhole: boolean;
};

const label = String.raw`[\w./-]+`;
const quoted = String.raw`(?:'[^']*'|"[^"]*")`;
const values = String.raw`\{\s*(?:${quoted}\s*(?:,\s*)?)*\}`;
const comparison = new RegExp(
  String.raw`^(${label})\s*(==|!=|not\s+in|in)\s*(${quoted}|${values})$`,
);
const presence = new RegExp(String.raw`^(!?)\s*has\(\s*(${label})\s*\)$`);
const everything = /^all\(\s*\)$/;
/** Text in quotes, and what stands between two terms that both must hold. */
const separators = new RegExp(`${quoted}|&&`, "g");
const harmless = new RegExp(String.raw`${quoted}|has\([^()]*\)|all\(\s*\)`, "g");

const namespaceLabel = "projectcalico.org/namespace";
/** Labels that Calico gives for the same. */
const otherNames: ReadonlyMap<string, string> = new Map([
  ["pcns.projectcalico.org/name", namespaceLabel],
  ["pcns.kubernetes.io/metadata.name", namespaceLabel],
]);

/** What a policy selects, with what its kind and namespace say besides. */
export function termsOf({ selection, namespace, kind }: Policy): Terms {
  const { selector, namespaceSelector = "", serviceAccountSelector = "" } = selection;
  // Calico gives an endpoint the labels of its namespace and account, under these prefixes.
  const parsed = [
    parse(selector, ""),
    parse(namespaceSelector, "pcns."),
    parse(serviceAccountSelector, "pcsa."),
  ];
  const own = parsed.flatMap(({ terms }) => terms);
  if (namespace !== undefined) own.push(isIn(namespaceLabel, namespace));
  // Only pods have a namespace.
  const isOfPods = own.some((term) => term.label === namespaceLabel && term.is === "in");
  const ofPods = isIn("projectcalico.org/orchestrator", "k8s");
  return {
    terms: kind === "NetworkPolicy" || isOfPods ? [...own, ofPods] : own,
    isWhole: parsed.every(({ isWhole }) => isWhole),
  };
}

function isIn(name: string, value: string): Term {
  return { label: name, is: "in", values: [value] };
}

function parse(selector: string, prefix: string): Terms {
  if (selector === "") return { terms: [], isWhole: true };
  // Within brackets, and beside ||, && does not mean that both hold of all endpoints.
  if (/[(|]/.test(selector.replace(harmless, ""))) return { terms: [], isWhole: false };
  const parsed = splitTerms(selector)
    .filter((text) => !everything.test(text))
    .map(parseTerm);
  const terms = parsed.filter((term) => term !== undefined);
  return {
    terms: terms.map((term) => {
      const name = prefix + term.label;
      return { ...term, label: otherNames.get(name) ?? name };
    }),
    isWhole: terms.length === parsed.length,
  };
}

function splitTerms(selector: string): string[] {
  const terms: string[] = [];
  let start = 0;
  for (const { 0: found, index } of selector.matchAll(separators)) {
    if (found !== "&&") continue;
    terms.push(selector.slice(start, index).trim());
    start = index + found.length;
  }
  return [...terms, selector.slice(start).trim()];
}

function parseTerm(text: string): Term | undefined {
  const [, not, asked] = presence.exec(text) ?? [];
  if (asked !== undefined) {
    return { label: asked, is: not === "!" ? "absent" : "present", values: [] };
  }
  const [, name, operator, list] = comparison.exec(text) ?? [];
  if (name === undefined) return undefined;
  const found = [...(list ?? "").matchAll(new RegExp(quoted, "g"))].map(([value]) =>
    value.slice(1, -1),
  );
  return {
    label: name,
    is: operator === "==" || operator === "in" ? "in" : "notIn",
    values: found,
  };
}
