import { isPrefixTemplate } from "../../model/prefix-template.ts";
import { deniedPrefixDefaults, matchesGlob } from "../../model/verdict.ts";
import type { Felix } from "../felix.ts";
import type { Situation } from "../situation.ts";

/** What a FelixConfiguration, where one is given, makes of LOG rules. */
export function ofFelix({ given }: Situation): string[] {
  return given.felix.flatMap((felix) => [...hidden(felix), ...limited(felix), ...renamed(felix)]);
}

function hidden({ name, usesEbpf }: Felix): string[] {
  if (!usesEbpf) return [];
  return [
    `FelixConfiguration "${name}" has bpfEnabled, and the eBPF dataplane writes no kernel lines ` +
      "for Log rules: denyscope sees denials of the iptables and nftables dataplanes only",
  ];
}

function limited({ name, logActionRateLimit }: Felix): string[] {
  if (logActionRateLimit === undefined) return [];
  return [
    `FelixConfiguration "${name}" has logActionRateLimit ${logActionRateLimit}, and what a rule ` +
      "logs beyond it is lost without a trace: raise it, or take all counts for lower bounds",
  ];
}

function renamed({ name, logPrefix }: Felix): string[] {
  if (logPrefix === undefined) return [];
  const setting = `FelixConfiguration "${name}" has logPrefix "${logPrefix}": run denyscope with `;
  if (isPrefixTemplate(logPrefix)) return [`${setting}--prefix-template "${logPrefix}"`];
  // What is taken for a denial without being told.
  const isKnown = deniedPrefixDefaults.some((glob) => matchesGlob(logPrefix, glob));
  return isKnown ? [] : [`${setting}--denied-prefix "${logPrefix}*"`];
}
