import { deniedBefore } from "./denied-before.ts";
import type { Situation } from "../situation.ts";
import { givenTwice } from "./given-twice.ts";
import { leftBehind } from "./left-behind.ts";
import { loggedButAllowed } from "./logged-but-allowed.ts";
import { loggedTwice } from "./logged-twice.ts";
import { neverReached } from "./never-reached.ts";
import { ofFelix } from "./of-felix.ts";
import { withoutNamespace } from "./without-namespace.ts";

/** Where the lines would not be the denials that they seem, one sentence each. */
export function warnings(situation: Situation): string[] {
  return [
    ...withoutNamespace(situation),
    ...givenTwice(situation),
    ...neverReached(situation),
    ...deniedBefore(situation),
    ...loggedButAllowed(situation),
    ...loggedTwice(situation),
    ...leftBehind(situation),
    ...ofFelix(situation),
  ];
}
