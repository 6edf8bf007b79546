import type { FileSeen, Machine, Ran } from "../machine.ts";
import { iptablesRules } from "./iptables-rules.ts";
import { nftRules } from "./nft-rules.ts";

/** One rule of the firewall that writes packets to the kernel's log. */
export type LogRule = {
  readonly tool: "iptables" | "ip6tables" | "nft";
  readonly chain: string;
  readonly prefix: string;
  /** Undefined where nobody counts them. */
  readonly packets: number | undefined;
  /** What the rule itself leaves out: `10/min`. */
  readonly limit: string | undefined;
};

/** What a tool has listed. */
export type ListedRules = {
  readonly rules: readonly LogRule[];
  readonly chains: readonly string[];
};

/** Rules of this network namespace, as far as this process may see them. */
export type LogRules =
  | ({ readonly state: "listed" } & ListedRules)
  | { readonly state: "hidden"; readonly because: string };

const families = ["iptables", "ip6tables"] as const;

/**
 * Asks iptables in both its variants, and nft. The legacy one is asked only where it has tables:
 * else it would load its module.
 */
export async function logRules(machine: Machine): Promise<LogRules> {
  const hasLegacy = families.map((tool) => hasTables(machine.read(tableNames[tool])));
  const asked = await Promise.all([
    ...families.flatMap((tool, index) => [
      askAny(machine, [`${tool}-nft-save`, `${tool}-save`], (text) => iptablesRules(text, tool)),
      ...(hasLegacy[index] === true
        ? [askAny(machine, [`${tool}-legacy-save`], (text) => iptablesRules(text, tool))]
        : []),
    ]),
    ask(machine, "nft", ["--json", "--terse", "list", "ruleset"], nftRules),
  ]);
  const listed = asked.flatMap(({ listing }) => (listing === undefined ? [] : [listing]));
  if (listed.length === 0) {
    const because = asked.find(({ ran }) => ran.state === "denied" || ran.state === "failed")?.ran;
    return { state: "hidden", because: words(because) };
  }
  const rules = listed.flatMap((each) => each.rules);
  return {
    state: "listed",
    // nft lists what iptables has made, too.
    rules: rules.filter((rule, at) => rules.findIndex((other) => isSame(rule, other)) === at),
    chains: [...new Set(listed.flatMap(({ chains }) => chains))],
  };
}

const tableNames = {
  iptables: "/proc/net/ip_tables_names",
  ip6tables: "/proc/net/ip6_tables_names",
} as const;

function hasTables(names: FileSeen): boolean {
  return names.state === "read" && names.text.trim() !== "";
}

/** The first of some programs that is installed. */
async function askAny(
  machine: Machine,
  programs: readonly string[],
  read: (text: string) => ListedRules,
): Promise<Asked> {
  let asked: Asked = { ran: { state: "missing" }, listing: undefined };
  for (const program of programs) {
    asked = await ask(machine, program, ["-c"], read);
    if (asked.ran.state !== "missing") break;
  }
  return asked;
}

type Asked = { readonly ran: Ran; readonly listing: ListedRules | undefined };

async function ask(
  machine: Machine,
  program: string,
  parameters: readonly string[],
  read: (text: string) => ListedRules | undefined,
): Promise<Asked> {
  const ran = await machine.run(program, parameters);
  return { ran, listing: ran.state === "done" ? read(ran.output) : undefined };
}

function isSame(a: LogRule, b: LogRule): boolean {
  const isSameTool = a.tool === b.tool || a.tool === "nft" || b.tool === "nft";
  return isSameTool && a.chain === b.chain && a.prefix === b.prefix && a.packets === b.packets;
}

function words(ran: Ran | undefined): string {
  if (ran?.state === "denied" || ran?.state === "failed") return ran.because;
  return "neither iptables-save nor nft is installed here";
}
