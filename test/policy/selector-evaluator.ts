import assert from "node:assert/strict";

export type Labels = Readonly<Record<string, string>>;
type Selector = (labels: Labels) => boolean;

const tokenPattern = new RegExp(
  [
    String.raw`\s*(?:(has|all)\(\s*([\w./-]*)\s*\)`,
    String.raw`(&&|\|\||==|!=|!|[(){},])`,
    String.raw`'([^']*)'|"([^"]*)"`,
    String.raw`([\w./-]+))`,
  ].join("|"),
  "y",
);

type Token = {
  readonly kind: "call" | "sign" | "text" | "word";
  readonly value: string;
  readonly label?: string;
};

/**
 * Calico's selector syntax, as the comments of its API describe it (projectcalico/calico,
 * api/pkg/apis/projectcalico/v3/networkpolicy.go): written anew from them, for tests alone.
 */
export function parseCalicoSelector(selector: string): Selector {
  const tokens = tokenise(selector);
  let next = 0;
  const peek = () => tokens[next];
  const take = (value?: string): Token => {
    const token = tokens[next++];
    assert(token !== undefined, `"${selector}" ends too early`);
    assert(value === undefined || token.value === value, `"${selector}": no ${value}`);
    return token;
  };
  const isSign = (value: string) => peek()?.kind === "sign" && peek()?.value === value;

  function either(): Selector {
    const parts = [both()];
    while (isSign("||")) {
      take();
      parts.push(both());
    }
    return (labels) => parts.some((part) => part(labels));
  }
  function both(): Selector {
    const parts = [term()];
    while (isSign("&&")) {
      take();
      parts.push(term());
    }
    return (labels) => parts.every((part) => part(labels));
  }
  function term(): Selector {
    if (isSign("!")) {
      take();
      const negated = term();
      return (labels) => !negated(labels);
    }
    if (isSign("(")) {
      take();
      const inner = either();
      take(")");
      return inner;
    }
    const { kind, value, label = "" } = take();
    if (kind === "call") return (labels) => value === "all" || Object.hasOwn(labels, label);
    assert.equal(kind, "word", `"${selector}": expected a label, not ${value}`);
    return comparison(value);
  }
  function comparison(label: string): Selector {
    const { value: operator } = take();
    const valueOf = (labels: Labels) => (Object.hasOwn(labels, label) ? labels[label] : undefined);
    if (operator === "==" || operator === "!=") {
      const { kind, value } = take();
      assert.equal(kind, "text");
      return (labels) => (valueOf(labels) === value) === (operator === "==");
    }
    const isNegated = operator === "not";
    if (isNegated) take("in");
    else assert.equal(operator, "in");
    const values = set();
    return (labels) => {
      const value = valueOf(labels);
      return (value !== undefined && values.has(value)) !== isNegated;
    };
  }
  function set(): ReadonlySet<string> {
    const values = new Set<string>();
    take("{");
    while (!isSign("}")) {
      const { kind, value } = take();
      assert.equal(kind, "text");
      values.add(value);
      if (!isSign("}")) take(",");
    }
    take("}");
    return values;
  }

  const parsed = selector.trim() === "" ? () => true : either();
  assert.equal(next, tokens.length, `"${selector}" goes on after its end`);
  return parsed;
}

function tokenise(selector: string): Token[] {
  const tokens: Token[] = [];
  tokenPattern.lastIndex = 0;
  while (tokenPattern.lastIndex < selector.trimEnd().length) {
    const found = tokenPattern.exec(selector);
    assert(found !== null, `"${selector}" has what is no token`);
    const [, call, label, sign, single, double, word] = found;
    if (call !== undefined) tokens.push({ kind: "call", value: call, label: label ?? "" });
    else if (sign !== undefined) tokens.push({ kind: "sign", value: sign });
    else if (word !== undefined) tokens.push({ kind: "word", value: word });
    else tokens.push({ kind: "text", value: single ?? double ?? "" });
  }
  return tokens;
}
