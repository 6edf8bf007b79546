export const verdicts = ["denied", "allowed", "audit", "unknown"] as const;

/** What a LOG prefix says of its packets: a LOG line by itself is no verdict. */
export type Verdict = (typeof verdicts)[number];

/** Felix writes these: the policy Log action, and Calico Enterprise's drop action override. */
export const deniedPrefixDefaults: readonly string[] = ["calico-packet*", "calico-drop*"];

/**
 * Calico 3.33 appends these to its prefix for replies of connections that were let through, so such
 * lines are the opposite of a denial.
 */
const followUpSuffixes: readonly string[] = ["-est", "-rst", "-icmp-err"];

/** The verdict of a prefix as the line has it, the separator `: ` included. */
export function verdictOf(prefix: string, deniedGlobs: readonly string[]): Verdict {
  const name = prefix.trimEnd().replace(/:$/, "");
  for (const glob of deniedGlobs) {
    const literal = glob.replace(/\*+$/, "");
    if (followUpSuffixes.some((suffix) => name === literal + suffix)) return "allowed";
  }
  if (deniedGlobs.some((glob) => matchesGlob(name, glob) || matchesGlob(prefix, glob))) {
    return "denied";
  }
  if (/\bALLOW\b|\bACCEPT\b/i.test(name)) return "allowed";
  if (/\bAUDIT\b/i.test(name)) return "audit";
  return "unknown";
}

/** `*` stands for any run of characters, `?` for one; everything else, brackets too, for itself. */
export function matchesGlob(text: string, glob: string): boolean {
  let at = 0;
  let star = -1;
  let afterStar = 0;
  for (let i = 0; i < text.length; ) {
    if (glob[at] === "*") {
      star = at++;
      afterStar = i;
    } else if (at < glob.length && (glob[at] === "?" || glob[at] === text[i])) {
      at++;
      i++;
    } else if (star >= 0) {
      at = star + 1;
      i = ++afterStar;
    } else {
      return false;
    }
  }
  while (glob[at] === "*") at++;
  return at === glob.length;
}
