import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { selectorFault } from "../../src/policy/selector-fault.ts";
import { runs } from "../long-run.ts";
import { parseCalicoSelector } from "./selector-evaluator.ts";

const operators = "==, !=, in, not in, contains, starts with or ends with";
const term = "a label, has(LABEL), all() or global()";
const member = "text in quotes, a comma or }";

describe("selectorFault()", () => {
  test.for([
    "all()",
    " \tall( )",
    "global()",
    "has(a)",
    "has( example.com/a-b_c )",
    "!has(a)",
    "!! ! has(a)",
    "a == 'b'",
    'a=="b"',
    "a != ''",
    "!a == 'b'",
    "a contains 'b'",
    "a starts with 'b'",
    "a startswith'b'",
    "a ends  with 'b'",
    "a in {}",
    "a in{'b'}",
    "a in { 'b', \"c\", }",
    `a not in {"'", '"', "c"}`,
    "a notin {'b'}",
    "a == 'x && (y'",
    "a == 'b' && c == 'd' || has(e)",
    "(a == 'b')",
    "! (has( b)||! has(a ))",
    "((a == 'b' || c == 'd') && !(has(e)))",
    // Words of the grammar are labels, too.
    "in in {'in'} && not not in {'not'} && has == 'has' && all == 'all'",
    "contains contains 'contains'",
  ])("%s is one", (selector) => {
    expect(selectorFault(selector)).toBeUndefined();
  });

  test.for<[selector: string, fault: string]>([
    ["run = nginx", `${operators} at "= nginx"`],
    ["run == nginx", 'text in quotes at "nginx"'],
    ["run == 'nginx' &&", `${term} at its end`],
    ["run == 'nginx", `text in quotes at "'nginx"`],
    [`run == "nginx'`, `text in quotes at ${JSON.stringify(`"nginx'`)}`],
    ["'a' == b", `${term} at "'a' == b"`],
    ["a", `${operators} at its end`],
    ["a b", `${operators} at "b"`],
    ["a b == 'c'", `${operators} at "b == 'c'"`],
    ["a contains b", 'text in quotes at "b"'],
    ["a starts 'b'", `${operators} at "starts 'b'"`],
    ["a not 'b'", `${operators} at "not 'b'"`],
    ["a in ''", "{ at \"''\""],
    ["a in ('b')", "{ at \"('b')\""],
    ["a in {'b'", `${member} at its end`],
    ["a in {'b' 'c'}", `${member} at "'c'}"`],
    ["a in {,}", `${member} at ",}"`],
    ["a in {b}", `${member} at "b}"`],
    ["a == 'b' & c == 'd'", "&& or || at \"& c == 'd'\""],
    ["a == 'b', c == 'd'", "&& or || at \", c == 'd'\""],
    ["a == 'b' and has(c)", '&& or || at "and has(c)"'],
    ["a == 'b' || | c == 'd'", `${term} at "| c == 'd'"`],
    ["a != ||", 'text in quotes at "||"'],
    ["!", `${term} at its end`],
    ["!= 'b'", `${term} at "!= 'b'"`],
    ["(a == 'b'", "&&, || or ) at its end"],
    ["a == 'b')", '&& or || at ")"'],
    ["()", `${term} at ")"`],
    ["has()", `${operators} at "()"`],
    ["has (a)", `${operators} at "(a)"`],
    ["all", `${operators} at its end`],
    ["%", `${term} at "%"`],
    // Calico knows no other blanks.
    ["a == 'b'\n&& has(c)", '&& or || at "\\n&& has(c)"'],
    ["a\u00a0== 'b'", `${operators} at "\u00a0== 'b'"`],
    ["a == 'b' && everything that follows", `${operators} at "that follows"`],
    ["a == 'b' everything that follows", '&& or || at "everything that foll…"'],
  ])("%j: expected %s", ([selector, fault]) => {
    expect(selectorFault(selector)).toBe(fault);
  });

  test("thousands of brackets are no trouble", () => {
    const many = 100_000;
    const selector = `${"(".repeat(many)}all()${")".repeat(many)}`;
    expect(selectorFault(selector)).toBeUndefined();
    expect(selectorFault(selector.slice(0, -1))).toBe("&&, || or ) at its end");
  });

  const token = fc.constantFrom(
    ..."( ) { } , ! == != && || = & has(a) all() has a 'b' \"c\" ' in not".split(" "),
    "not in",
    "a == 'b'",
    "c in {'d'}",
  );

  test("says the same as an evaluator of selectors", () => {
    fc.assert(
      fc.property(fc.array(token, { minLength: 1, maxLength: 8 }), (tokens) => {
        const selector = tokens.join(" ");
        expect(selectorFault(selector) === undefined, selector).toBe(canBeParsed(selector));
      }),
      { numRuns: runs(20_000) },
    );
  });
});

function canBeParsed(selector: string): boolean {
  try {
    parseCalicoSelector(selector);
    return true;
  } catch {
    return false;
  }
}
