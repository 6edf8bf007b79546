import { type FollowUp, followUpOf, followUpPrefixDefault } from "./follow-up.ts";
import { isCutLength, type PolicyNames, PrefixTemplate } from "./prefix-template.ts";
import { literalOf, nameOfPrefix, type Verdict, verdictOf } from "./verdict.ts";

/** What decides what a LOG prefix means. */
export type PrefixSettings = {
  readonly deniedPrefixes: readonly string[];
  /** Felix's LogPrefix, where it holds specifiers. */
  readonly prefixTemplate?: string | undefined;
  /** Felix's LogConnectionTransitionsPrefix. */
  readonly followUpPrefix?: string;
};

export type PrefixMeaning = Partial<PolicyNames> & {
  readonly verdict: Verdict;
  /** Its lines are no denials, but say what became of a connection. */
  readonly followUp?: FollowUp;
};

/** Says what the prefix of a line means, the separator `: ` included. */
export type PrefixJudge = (prefix: string) => PrefixMeaning;

/**
 * The one place that judges prefixes. What was configured by name counts first, then what the
 * template gives, then the globs: a policy may be called anything.
 */
export function prefixJudge(settings: PrefixSettings): PrefixJudge {
  const { deniedPrefixes, prefixTemplate, followUpPrefix = followUpPrefixDefault } = settings;
  const template = prefixTemplate === undefined ? undefined : new PrefixTemplate(prefixTemplate);
  const bare = template === undefined ? [] : [template.bare, template.bare.trimEnd()];
  const denied = plainPrefix(settings);
  return (prefix) => {
    const isCut = isCutLength(prefix);
    const name = nameOfPrefix(prefix);
    const followUp = firstFollowUp(name, [...bare, followUpPrefix], isCut);
    if (followUp !== undefined) return { verdict: "allowed", followUp };
    const names = template?.read(prefix);
    if (names !== undefined) return { verdict: "denied", ...names };
    const other = firstFollowUp(name, deniedPrefixes.map(literalOf), false);
    if (other !== undefined) return { verdict: "allowed", followUp: other };
    if (prefix === denied) return { verdict: "denied" };
    return { verdict: verdictOf(prefix, deniedPrefixes) };
  };
}

/**
 * The prefix of flows of which only follow-ups are known, for these do not name the policy: Felix's
 * prefix without its specifiers.
 */
export function plainPrefix({ deniedPrefixes, prefixTemplate }: PrefixSettings): string {
  const bare = prefixTemplate === undefined ? "" : new PrefixTemplate(prefixTemplate).bare.trim();
  return `${bare === "" ? literalOf(deniedPrefixes[0] ?? "") : bare}: `;
}

function firstFollowUp(
  name: string,
  bases: readonly string[],
  isCut: boolean,
): FollowUp | undefined {
  for (const base of bases) {
    const found = followUpOf(name, base, isCut);
    if (found !== undefined) return found;
  }
  return undefined;
}
