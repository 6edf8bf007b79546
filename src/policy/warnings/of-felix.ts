import type { Felix } from "../felix.ts";
import type { Situation } from "../situation.ts";

/** What denyscope takes for denials without being told. */
const knownPrefix = /^calico-(packet|drop)/;

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
  if (/%[tknp]/.test(logPrefix)) return [`${setting}--prefix-template "${logPrefix}"`];
  return knownPrefix.test(logPrefix) ? [] : [`${setting}--denied-prefix "${logPrefix}*"`];
}
