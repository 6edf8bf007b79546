import type { Field } from "./field.ts";

const charactersMax = 253;
const syntax = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;

/** @throws WrongField where Kubernetes would refuse the name. */
export function readName(field: Field): string {
  const name = field.text("a name");
  if (name.length <= charactersMax && syntax.test(name)) return name;
  throw field.wrong(`at most ${charactersMax} lower-case letters, digits, - and .`);
}
