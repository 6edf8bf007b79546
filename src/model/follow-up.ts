/**
 * What Calico 3.33 logs once for a connection whose first packet was logged and then let through:
 * its first reply, a TCP RST, or an ICMP error about it. The packet is the answer, not the attempt.
 */
export const followUps = ["established", "reset", "icmpError"] as const;

export type FollowUp = (typeof followUps)[number];

/** Felix appends these to its prefix, and then `: `. */
const suffixes: Readonly<Record<FollowUp, string>> = {
  established: "-est",
  reset: "-rst",
  icmpError: "-icmp-err",
};

/** Felix's LogConnectionTransitionsPrefix, where nobody has set another. */
export const followUpPrefixDefault = "calico-response";

/**
 * The follow-up that a prefix without its separator stands for: `base` and a suffix, nothing more,
 * for a policy may be called my-est. Of a base that is too long the suffix is what is kept.
 */
export function followUpOf(name: string, base: string, isCut: boolean): FollowUp | undefined {
  return followUps.find((each) => {
    if (!name.endsWith(suffixes[each])) return false;
    const begin = name.slice(0, -suffixes[each].length);
    return begin === base || (isCut && base.startsWith(begin));
  });
}
