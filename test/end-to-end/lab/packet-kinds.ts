import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { Denial } from "../../../src/model/denial.ts";
import type { Lab } from "./lab.ts";
import type { RulesText } from "./rules.ts";
import { run } from "./run.ts";
import { hostSideMac } from "./topology.ts";

/** A packet that was sent, and what its line must say by the kernel's rules. */
export type SentPacket = {
  readonly kind: string;
  /** Whether the rule that logged it has all options of LOG, or those of Calico's rules. */
  readonly logsOptions: boolean;
  /** Without time, uptime, node, prefix and verdict, which the packet does not decide. */
  readonly denial: Denial;
  /** Parts of the line that prove that the kernel saw the packet as it was meant. */
  readonly says: readonly string[];
};

/** Debian's, for its python3-scapy is no other's. */
const python = "/usr/bin/python3";

const mark = "0x10000";
const logOptions =
  "--log-tcp-sequence --log-tcp-options --log-ip-options --log-uid --log-macdecode";

/** LOG rules by the networks that packets come from; `link` holds link-local addresses. */
const rules = [
  { name: "plain", logsOptions: false },
  { name: "options", logsOptions: true },
  { name: "plain marked", logsOptions: false, mark },
  { name: "options marked", logsOptions: true, mark },
].map((rule, index) => ({
  ...rule,
  ipv4: `10.${90 + index}.0.0/16`,
  ipv6: `fd00:90::${index}:0/112`,
  link: `fe80::90:${index}:0/112`,
}));

/** Nothing else on the link has these addresses, so what the stack says by itself is not logged. */
export const packetKindRules: RulesText = (_, family, logPrefix) => {
  const sources = rules.flatMap((rule) =>
    (family === "ipv4" ? [rule.ipv4] : [rule.ipv6, rule.link]).map((source) => ({
      ...rule,
      source,
    })),
  );
  const log = `-j LOG --log-prefix "${logPrefix}" --log-level 5`;
  return [
    "*mangle",
    ...["PREROUTING", "OUTPUT"].flatMap((hook) =>
      sources
        .filter((rule) => rule.mark !== undefined)
        .map(({ source }) => `-A ${hook} -s ${source} -j MARK --set-mark ${mark}`),
    ),
    "COMMIT",
    "*filter",
    ...["INPUT", "FORWARD", "OUTPUT"].flatMap((hook) =>
      sources.flatMap(({ source, logsOptions }) => [
        `-A ${hook} -s ${source} ${log} ${logsOptions ? logOptions : ""}`,
        `-A ${hook} -s ${source} -j DROP`,
      ]),
    ),
    "COMMIT",
    "",
  ].join("\n");
};

/** Says what this machine lacks to send the packets, beside what the lab needs. */
export function packetKindsMissing(): string | undefined {
  const { status } = spawnSync(python, ["-c", "import scapy"], { stdio: "ignore" });
  return status === 0 ? undefined : `Sending packets needs scapy for ${python} (python3-scapy).`;
}

/** Sends one packet of each kind in a lab with packetKindRules. */
export async function sendPacketKinds(lab: Lab): Promise<readonly SentPacket[]> {
  const { node, outside, pods } = lab;
  const input = JSON.stringify({ node, outside, pods, rules, gatewayMac: hostSideMac });
  const script = join(import.meta.dirname, "packet_kinds.py");
  // -B: a checkout gets no __pycache__ from a test.
  return JSON.parse(await run(python, ["-B", script], input)) as readonly SentPacket[];
}
