import type { Field } from "./field.ts";

const operators = ["In", "NotIn", "Exists", "DoesNotExist"] as const;

type Requirement = {
  readonly key: string;
  readonly operator: (typeof operators)[number];
  readonly values: readonly string[];
};

/** A label selector of Kubernetes: everything that it asks for must hold. */
export type LabelSelector = {
  readonly matchLabels: Readonly<Record<string, string>>;
  readonly matchExpressions: readonly Requirement[];
};

const nameCharactersMax = 63;
const prefixCharactersMax = 253;
const name = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const prefix = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/**
 * Keys and values are held to the syntax of Kubernetes: with a quote in it, a value would end
 * within the selector that is made of it.
 *
 * @throws WrongField
 */
export function readLabelSelector(field: Field): LabelSelector {
  field.mapping(["matchLabels", "matchExpressions"]);
  const labels = field.at("matchLabels");
  const matchLabels = Object.keys(labels.mapping()).map((key): [string, string] => {
    const label = labels.at(key);
    if (!isKey(key)) throw label.wrong("a label such as example.com/app in front of it");
    return [key, readValue(label)];
  });
  const matchExpressions = field.at("matchExpressions").list().map(readRequirement);
  return { matchLabels: Object.fromEntries(matchLabels), matchExpressions };
}

function readRequirement(field: Field): Requirement {
  field.mapping(["key", "operator", "values"]);
  const key = field.at("key").text();
  if (!isKey(key)) throw field.at("key").wrong("a label such as example.com/app");
  const operator = field.at("operator").oneOf(operators);
  const values = field.at("values");
  const list = values.list().map(readValue);
  const takesValues = operator === "In" || operator === "NotIn";
  if (takesValues && list.length === 0) throw values.wrong(`values for ${operator}`);
  if (!takesValues && list.length > 0) throw values.wrong(`no values for ${operator}`);
  return { key, operator, values: list };
}

function isKey(key: string): boolean {
  const [last = "", ...before] = key.split("/").toReversed();
  const isPrefixed = before.length === 1;
  if (isPrefixed && !(before[0]!.length <= prefixCharactersMax && prefix.test(before[0]!))) {
    return false;
  }
  return before.length <= 1 && last.length <= nameCharactersMax && name.test(last);
}

function readValue(field: Field): string {
  const value = field.text();
  if (value === "" || (value.length <= nameCharactersMax && name.test(value))) return value;
  throw field.wrong(
    `at most ${nameCharactersMax} letters, digits and - _ . between a letter or digit and another`,
  );
}
