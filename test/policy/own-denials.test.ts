import { expect, test } from "vitest";
import { ownDenials } from "../../src/policy/own-denials.ts";
import type { PolicyRule } from "../../src/policy/policy.ts";

/** `Deny tcp`: an action, and a protocol that it is for. */
function ruleOf(text: string): PolicyRule {
  const [action, protocol] = text.split(" ") as [PolicyRule["action"], string | undefined];
  return { action, match: protocol === undefined ? {} : { protocol }, matchesAll: !protocol };
}

test.for<[rules: readonly string[], first: readonly number[], afterOthers: readonly number[]]>([
  [[], [], []],
  [["Allow tcp"], [], []],
  [["Deny tcp", "Deny"], [1, 2], []],
  [["Deny udp", "Allow tcp", "Deny"], [1], [3]],
  [["Pass tcp", "Deny"], [], [2]],
  [["Allow tcp", "Deny tcp"], [], [2]],
  [["Log tcp", "Deny tcp"], [], []],
  [["Log tcp", "Deny udp"], [2], []],
  [["Log", "Deny tcp", "Deny"], [], []],
  [["Deny tcp", "Log tcp"], [1], []],
])("%j", ([rules, first, afterOthers]) => {
  expect(ownDenials(rules.map(ruleOf))).toEqual({ first, afterOthers });
});
