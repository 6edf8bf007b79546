/** Short names of the kinds of policy that %k stands for; `pro` is a profile, which has no tier. */
const policyKinds: readonly string[] = [
  "np",
  "gnp",
  "knp",
  "kcnp",
  "snp",
  "sgnp",
  "sknp",
  "kanp",
  "kbanp",
  "pro",
];

/** What a template is made of. */
export type Part =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "tier" | "policyKind" | "name" | "path" };

/** What a part stands for in a text; when it was cut, what is left of it. */
export type Value = { readonly text: string; readonly isWhole: boolean };

/**
 * All ways in which a text can come from the parts of a template. A name may hold what stands
 * between two names, so that there are several; a value that is not the same in all is not known.
 */
export class TemplateReading {
  readonly #parts: readonly Part[];
  readonly #text: string;
  readonly #mayBeCut: boolean;
  /** Of each part, and of what follows the last, where it can begin so that all others fit. */
  readonly #begins: Set<number>[];

  constructor(parts: readonly Part[], text: string, mayBeCut: boolean) {
    this.#parts = parts;
    this.#text = text;
    this.#mayBeCut = mayBeCut;
    this.#begins = [new Set([0])];
    for (const part of parts) {
      const begins = [...this.#begins.at(-1)!];
      this.#begins.push(new Set(begins.flatMap((start) => endsOf(part, text, start))));
    }
    const isAll = this.#begins[parts.length]!.has(text.length);
    this.#begins[parts.length] = new Set(isAll ? [text.length] : []);
    for (let index = parts.length - 1; index >= 0; index--) {
      const fits = [...this.#begins[index]!].filter(
        (start) => this.#isCutIn(index, start) || this.#endsIn(index, start).length > 0,
      );
      this.#begins[index] = new Set(fits);
    }
  }

  get fits(): boolean {
    return this.#begins[0]!.size > 0;
  }

  /** No reading has all of the template. */
  get isCut(): boolean {
    return this.#begins[this.#parts.length]!.size === 0;
  }

  /** The first part in which a reading ends: what stands behind it is not in all of them. */
  get #lastPart(): number {
    const last = this.#begins.findIndex((begins, index) =>
      [...begins].some((start) => index < this.#parts.length && this.#isCutIn(index, start)),
    );
    return last < 0 ? this.#parts.length : last;
  }

  /** The values of a specifier that are the same in all readings. */
  valuesOf(kind: Part["kind"]): readonly Value[] {
    return this.#parts.slice(0, this.#lastPart + 1).flatMap((part, index) => {
      const value = part.kind === kind ? this.#valueOf(index) : undefined;
      return value === undefined ? [] : [value];
    });
  }

  #valueOf(index: number): Value | undefined {
    const [start, ...others] = this.#begins[index]!;
    if (start === undefined || others.length > 0) return undefined;
    const isCut = this.#isCutIn(index, start);
    const ends = new Set(this.#endsIn(index, start));
    if (isCut) ends.add(this.#text.length);
    const [end] = ends;
    return ends.size === 1 ? { text: this.#text.slice(start, end), isWhole: !isCut } : undefined;
  }

  #endsIn(index: number, start: number): readonly number[] {
    const ends = endsOf(this.#parts[index]!, this.#text, start);
    return ends.filter((end) => this.#begins[index + 1]!.has(end));
  }

  #isCutIn(index: number, start: number): boolean {
    return this.#mayBeCut && beginsAt(this.#parts[index]!, this.#text, start);
  }
}

/** Where a part that begins at `start` may end. */
function endsOf(part: Part, text: string, start: number): readonly number[] {
  switch (part.kind) {
    case "text":
      return text.startsWith(part.text, start) ? [start + part.text.length] : [];
    case "policyKind":
      return policyKinds
        .filter((kind) => text.startsWith(kind, start))
        .map((kind) => start + kind.length);
    case "tier":
      return [start, ...scanName(text, start, false).ends];
    case "name":
    case "path":
      return scanName(text, start, part.kind === "path").ends;
  }
}

/** Whether the text from `start` on is the beginning of a part, but not all of it. */
function beginsAt(part: Part, text: string, start: number): boolean {
  const isBeginningOf = (all: string) =>
    all.length > text.length - start && all.startsWith(text.slice(start));
  switch (part.kind) {
    case "text":
      return isBeginningOf(part.text);
    case "policyKind":
      return policyKinds.some(isBeginningOf);
    case "tier":
    case "name":
    case "path":
      return scanName(text, start, part.kind === "path").stop === text.length;
  }
}

/**
 * Passes over a name of Kubernetes, a namespace before it where there may be one: lower-case
 * letters and digits, between them dots and hyphens.
 */
function scanName(
  text: string,
  start: number,
  mayHaveNamespace: boolean,
): { readonly ends: readonly number[]; readonly stop: number } {
  const ends: number[] = [];
  let slash = -1;
  let at = start;
  for (; at < text.length; at++) {
    const character = text[at]!;
    const isFirst = at === start || at === slash + 1;
    if (/[a-z0-9]/.test(character)) ends.push(at + 1);
    else if (isFirst) break;
    else if (character === "/" && mayHaveNamespace && slash < 0 && ends.at(-1) === at) slash = at;
    else if (character !== "." && character !== "-") break;
  }
  return { ends, stop: at };
}
