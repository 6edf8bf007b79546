import { followUpOf } from "./follow-up.ts";

export const verdicts = ["denied", "allowed", "audit", "unknown"] as const;

/** What a LOG prefix says of its packets: a LOG line by itself is no verdict. */
export type Verdict = (typeof verdicts)[number];

/** Felix writes these: the policy Log action, and Calico Enterprise's drop action override. */
export const deniedPrefixDefaults: readonly string[] = ["calico-packet*", "calico-drop*"];

/** A prefix without the separator that Felix puts behind it. */
export function nameOfPrefix(prefix: string): string {
  return prefix.trimEnd().replace(/:$/, "");
}

/** What a glob such as `calico-packet*` begins with. */
export function literalOf(glob: string): string {
  return glob.replace(/\*+$/, "");
}

/** The verdict of a prefix as the line has it, by globs and by words: see prefixJudge() for all. */
export function verdictOf(prefix: string, deniedGlobs: readonly string[]): Verdict {
  const name = nameOfPrefix(prefix);
  if (deniedGlobs.some((glob) => followUpOf(name, literalOf(glob), false) !== undefined)) {
    return "allowed";
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
