import type { Given } from "./given.ts";
import type { Made } from "./made.ts";
import type { Selections } from "./selections.ts";

/** What there is to think about. */
export type Situation = Made & {
  readonly given: Given;
  readonly selections: Selections;
};
