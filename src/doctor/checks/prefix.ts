import { prefixJudge } from "../../model/prefix-meaning.ts";
import { nameOfPrefix } from "../../model/verdict.ts";
import { configure } from "../configure.ts";
import type { Check, Evidence } from "../evidence.ts";
import type { Finding } from "../finding.ts";

const check = "prefix";
const PREFIXES_SHOWN_MAX = 5;
/** Of firewalls that have nothing to do with network policies: ufw, firewalld. */
const ofOthers = /^\[UFW |^FINAL_REJECT: |^STATE_INVALID_DROP: /;

/** Whether what is logged has a prefix that the settings take for a denial. */
export const prefixCheck: Check = async (evidence) => {
  const { settings, rules, log } = evidence;
  const judge = prefixJudge(settings);
  const isDenied = (prefix: string) => judge(prefix).verdict === "denied";
  const isUnknown = (prefix: string) =>
    judge(prefix).verdict === "unknown" && !ofOthers.test(prefix);
  const listed = await rules();
  const ruled = listed.state === "listed" ? unique(listed.rules.map(({ prefix }) => prefix)) : [];
  const all = unique([...ruled, ...((await log())?.prefixes ?? [])]);
  // What rules say now counts before what the log still holds of others.
  const judged = ruled.some((prefix) => isDenied(prefix) || isUnknown(prefix)) ? ruled : all;
  if (judged.some(isDenied)) {
    const seen = `prefixes that mean denied: ${shown(all.filter(isDenied))}`;
    return [{ level: "ok", check, seen }];
  }
  const unknown = judged.filter(isUnknown);
  if (unknown.length === 0) return [];
  return [mismatch(evidence, unknown, judged === ruled ? "LOG rules" : "lines")];
};

function unique(prefixes: readonly string[]): readonly string[] {
  return [...new Set(prefixes)];
}

function mismatch(
  evidence: Evidence,
  prefixes: readonly string[],
  where: "LOG rules" | "lines",
): Finding {
  const globs = prefixes.slice(0, PREFIXES_SHOWN_MAX).map((prefix) => `${nameOfPrefix(prefix)}*`);
  // What was counted before goes on to be denied.
  const all = [...globs, ...evidence.settings.deniedPrefixes];
  return {
    level: "problem",
    check,
    name: "prefix-mismatch",
    seen: `${where} have the prefix ${shown(prefixes)}, and no setting says what it means`,
    means: "such packets are counted as unknown, and shown as no denial",
    mend: [
      ...configure(evidence, "deniedPrefixes", all),
      '# or prefixTemplate: "LOGPREFIX", where Felix fills in %t, %k, %n or %p',
    ],
  };
}

function shown(prefixes: readonly string[]): string {
  const some = prefixes.slice(0, PREFIXES_SHOWN_MAX).map((prefix) => `"${prefix}"`);
  const more = prefixes.length - some.length;
  return some.join(", ") + (more > 0 ? ` and ${more} more` : "");
}
