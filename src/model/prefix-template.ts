import { type Part, TemplateReading, type Value } from "./template-reading.ts";

/** Felix replaces these in its LogPrefix, from left to right; there is no escape. */
const specifier = /(%[tknp])/;

/** The kind that has no tier. */
const PROFILE = "pro";

/** Felix ends every prefix with it. */
const SEPARATOR = ": ";

/** The longest prefix that the kernel prints (NF_LOG_PREFIXLEN): a longer text is not its own. */
export const prefixCharactersMax = 127;

/** What iptables leaves of a longer prefix, and nftables, which refuses to take 127. */
const cutLengths: readonly number[] = [29, 126, 127];

/** Whether a prefix may have been longer than it was printed. */
export function isCutLength(prefix: string): boolean {
  return cutLengths.includes(prefix.length);
}

export function isPrefixTemplate(text: string): boolean {
  return text.length <= prefixCharactersMax && specifier.test(text) && !/\p{Cc}/u.test(text);
}

/** What a prefix says of the policy that logged it; what it does not say for certain is missing. */
export type PolicyNames = {
  /** Empty for a profile. */
  readonly tier?: string;
  readonly kind?: string;
  /** `name`, or `namespace/name` where the template has %p. */
  readonly policy?: string;
  /** The prefix was longer than what is left of it. */
  readonly isCut: boolean;
  /** What is left of the policy may not be all of it. */
  readonly policyCut: boolean;
};

const partKinds: ReadonlyMap<string, Exclude<Part["kind"], "text">> = new Map([
  ["%t", "tier"],
  ["%k", "policyKind"],
  ["%n", "name"],
  ["%p", "path"],
]);

/** Felix's LogPrefix, to read what it was filled with. */
export class PrefixTemplate {
  /** What is left without the specifiers: Felix puts the suffixes of follow-ups behind this. */
  readonly bare: string;
  readonly #parts: readonly Part[];

  constructor(template: string) {
    const pieces = `${template}${SEPARATOR}`.split(specifier);
    this.#parts = pieces
      .map((text): Part => {
        const kind = partKinds.get(text);
        return kind === undefined ? { kind: "text", text } : { kind };
      })
      .filter((part) => part.kind !== "text" || part.text !== "");
    this.bare = template.replaceAll(new RegExp(specifier, "g"), "");
  }

  /** What the template was filled with to give the prefix; undefined when it gives no such one. */
  read(prefix: string): PolicyNames | undefined {
    if (prefix.length > prefixCharactersMax) return undefined;
    const mayBeCut = isCutLength(prefix);
    const hasLostSpace = !mayBeCut && prefix.endsWith(":");
    const reading = new TemplateReading(
      this.#parts,
      hasLostSpace ? `${prefix} ` : prefix,
      mayBeCut,
    );
    return reading.fits ? namesOf(reading) : undefined;
  }
}

function namesOf(reading: TemplateReading): PolicyNames | undefined {
  const whole = (values: readonly Value[]) =>
    new Set(values.flatMap(({ text, isWhole }) => (isWhole ? [text] : [])));
  const pathValues = reading.valuesOf("path");
  const nameValues = reading.valuesOf("name");
  const tiers = whole(reading.valuesOf("tier"));
  const kinds = whole(reading.valuesOf("policyKind"));
  const paths = whole(pathValues);
  const names = new Set([...whole(nameValues), ...[...paths].map(nameIn)]);
  // Felix fills all specifiers of a prefix from one policy.
  if ([tiers, kinds, paths, names].some(({ size }) => size > 1)) return undefined;
  const [tier] = tiers;
  const [kind] = kinds;
  const [path] = paths;
  const [name] = names;
  if (tier !== undefined && kind !== undefined && (tier === "") !== (kind === PROFILE)) {
    return undefined;
  }
  const left = [...pathValues, ...nameValues].map(({ text }) => text);
  // Without a slash, what is left of a path may be that of a namespace.
  const leftOfNames = [...nameValues, ...pathValues.filter(({ text }) => text.includes("/"))];
  if (name !== undefined && !leftOfNames.every(({ text }) => name.startsWith(nameIn(text)))) {
    return undefined;
  }
  const policy = path ?? withNamespace(name, left);
  const cutPolicy = longest(left);
  return {
    ...(tier === undefined ? {} : { tier }),
    ...(kind === undefined ? {} : { kind }),
    ...(policy === undefined ? {} : { policy }),
    ...(policy === undefined && cutPolicy !== "" ? { policy: cutPolicy } : {}),
    isCut: reading.isCut,
    policyCut: policy === undefined && cutPolicy !== "",
  };
}

/** A path that was cut in its name still has its namespace. */
function withNamespace(name: string | undefined, paths: readonly string[]): string | undefined {
  if (name === undefined) return undefined;
  const path = paths.find((text) => text.includes("/"));
  return path === undefined ? name : `${path.slice(0, path.indexOf("/"))}/${name}`;
}

function nameIn(path: string): string {
  return path.slice(path.indexOf("/") + 1);
}

function longest(texts: readonly string[]): string {
  return texts.reduce((most, text) => (text.length > most.length ? text : most), "");
}
