import type { Policy } from "./policy.ts";

/**
 * Finds what may concern the same endpoints as a policy: what is global, and what is of its
 * namespace. Of thousands of policies each has few of them.
 */
export class Neighbours<T> {
  readonly #all: readonly T[];
  readonly #ofSpaces: ReadonlyMap<string, readonly T[]>;

  constructor(items: readonly T[], policyOf: (item: T) => Policy) {
    this.#all = items;
    this.#ofSpaces = Map.groupBy(items, (item) => spaceOf(policyOf(item)));
  }

  of(policy: Policy): readonly T[] {
    const space = spaceOf(policy);
    if (space === global) return this.#all;
    return [global, space].flatMap((each) => this.#ofSpaces.get(each) ?? []);
  }
}

const global = "*";

function spaceOf({ kind, namespace = "" }: Policy): string {
  return kind === "GlobalNetworkPolicy" ? global : namespace;
}
