import type { ListedRules, LogRule } from "./log-rules.ts";

/** Reads what `iptables-save -c` prints: `[12:720] -A INPUT -j LOG --log-prefix "calico: "` */
export function iptablesRules(text: string, tool: "iptables" | "ip6tables"): ListedRules {
  const rules: LogRule[] = [];
  const chains: string[] = [];
  for (const line of text.split("\n")) {
    if (line.startsWith(":")) chains.push(line.slice(1).split(" ", 1)[0]!);
    const [, packets = "", rule = ""] = /^\[(\d+):\d+\] -A (.*)$/.exec(line) ?? [];
    const words = wordsOf(rule);
    if (valueOf(words, "-j") !== "LOG") continue;
    rules.push({
      tool,
      chain: words[0] ?? "",
      prefix: valueOf(words, "--log-prefix") ?? "",
      packets: Number(packets),
      limit: valueOf(words, "--limit") ?? valueOf(words, "--hashlimit-upto"),
    });
  }
  return { rules, chains };
}

/** Words, or text between quotes in which a backslash stands before a quote or a backslash. */
function wordsOf(rule: string): readonly string[] {
  const words = rule.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g);
  return [...words].map(([, quoted, plain]) => quoted?.replaceAll(/\\(.)/g, "$1") ?? plain ?? "");
}

function valueOf(words: readonly string[], option: string): string | undefined {
  const at = words.indexOf(option);
  return at < 0 ? undefined : words[at + 1];
}
