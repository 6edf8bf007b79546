import type { Field } from "./field.ts";

/** What a FelixConfiguration says about LOG lines; what it leaves open has its default. */
export type Felix = {
  readonly name: string;
  readonly logPrefix?: string;
  readonly logActionRateLimit?: string;
  readonly usesEbpf: boolean;
};

/** @throws WrongField */
export function readFelix(document: Field): Felix {
  const spec = document.at("spec");
  const textOf = (key: string) => spec.at(key).optional((field) => field.text());
  const logPrefix = textOf("logPrefix");
  const logActionRateLimit = textOf("logActionRateLimit");
  return {
    name: document.at("metadata").at("name").text("a name"),
    ...(logPrefix !== undefined && { logPrefix }),
    ...(logActionRateLimit !== undefined && { logActionRateLimit }),
    usesEbpf: spec.at("bpfEnabled").flag(),
  };
}
