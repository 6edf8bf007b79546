const call = /all\([ \t]*\)|global\([ \t]*\)|has\([ \t]*[\w./-]+[ \t]*\)/y;
const label = /[\w./-]+/y;
const comparison = /==|!=|contains|starts[ \t]*with|ends[ \t]*with/y;
const membership = /(?:not[ \t]*)?in/y;
const text = /'[^']*'|"[^"]*"/y;
const not = /!(?!=)/y;
const [open, close, begin, end, comma] = [/\(/y, /\)/y, /\{/y, /\}/y, /,/y];
const joint = /&&|\|\|/y;
const shownCharactersMax = 20;

/**
 * What Calico expects of a selector that it refuses, and where; undefined where it takes it. The
 * grammar is that of libcalico-go/lib/selector: blanks are spaces and tabs, quotes have no escapes.
 */
export function selectorFault(selector: string): string | undefined {
  const scanner = new Scanner(selector);
  // A count of brackets is enough to check them, and thousands of them overflow no stack.
  let depth = 0;
  do {
    for (let before = true; before; ) {
      if (scanner.takes(open)) depth++;
      else before = scanner.takes(not);
    }
    const missing = missingOfTerm(scanner);
    if (missing !== undefined) return scanner.expected(missing);
    while (depth > 0 && scanner.takes(close)) depth--;
  } while (scanner.takes(joint));
  if (depth > 0) return scanner.expected("&&, || or )");
  return scanner.isAtEnd() ? undefined : scanner.expected("&& or ||");
}

function missingOfTerm(scanner: Scanner): string | undefined {
  if (scanner.takes(call)) return undefined;
  if (!scanner.takes(label)) return "a label, has(LABEL), all() or global()";
  if (scanner.takes(comparison)) return scanner.takes(text) ? undefined : "text in quotes";
  return scanner.takes(membership)
    ? missingOfSet(scanner)
    : "==, !=, in, not in, contains, starts with or ends with";
}

/** It may be empty, and end with a comma. */
function missingOfSet(scanner: Scanner): string | undefined {
  if (!scanner.takes(begin)) return "{";
  while (scanner.takes(text) && scanner.takes(comma));
  return scanner.takes(end) ? undefined : "text in quotes, a comma or }";
}

/** Goes through a text, token by token. */
class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(whole: string) {
    this.#text = whole;
  }

  /** Whether the next token is like that; it is left behind then. */
  takes(pattern: RegExp): boolean {
    this.#skipBlanks();
    pattern.lastIndex = this.#at;
    if (!pattern.test(this.#text)) return false;
    this.#at = pattern.lastIndex;
    return true;
  }

  isAtEnd(): boolean {
    this.#skipBlanks();
    return this.#at === this.#text.length;
  }

  expected(what: string): string {
    const rest = this.#text.slice(this.#at);
    const cut = rest.length > shownCharactersMax ? `${rest.slice(0, shownCharactersMax)}…` : rest;
    return `${what} at ${this.isAtEnd() ? "its end" : JSON.stringify(cut)}`;
  }

  #skipBlanks(): void {
    while (this.#text[this.#at] === " " || this.#text[this.#at] === "\t") this.#at++;
  }
}
