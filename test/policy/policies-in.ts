import assert from "node:assert/strict";
import { type Given, nothingGiven } from "../../src/policy/given.ts";
import { readPolicies } from "../../src/policy/read-policies.ts";

/** What a text that nothing is wrong with holds. */
export function policiesIn(text: string): Given {
  const given = nothingGiven();
  readPolicies("policy.yaml", text, given);
  assert.deepEqual(given.problems, []);
  return given;
}
