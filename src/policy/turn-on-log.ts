import type { Given } from "./given.ts";
import { makeLogPolicies } from "./make-log-policies.ts";
import { manifest } from "./manifest.ts";
import { notes } from "./notes.ts";
import { Selections } from "./selections.ts";
import { situationOf } from "./situation.ts";
import { warnings } from "./warnings/warnings.ts";

/** Log policies for what is given, and what there is to say of them. */
export function turnOnLog(given: Given): {
  readonly manifests: readonly object[];
  readonly said: readonly string[];
} {
  const selections = new Selections();
  const made = makeLogPolicies(given, selections);
  const situation = situationOf(made, given, selections);
  return {
    manifests: made.logs.map(manifest),
    said: [
      ...warnings(situation).map((text) => `Warning: ${text}`),
      ...notes(situation).map((text) => `Note: ${text}`),
    ],
  };
}
