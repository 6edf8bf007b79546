import type { Check, Evidence } from "../evidence.ts";
import {
  allNamespaces,
  isFirstNamespace,
  loggerOf,
  logsAllNamespaces,
} from "../facts/network-namespace.ts";
import { nodeNeeds } from "../facts/process-view.ts";
import type { Finding } from "../finding.ts";

const check = "kernel log";
const families = [
  { family: 2, name: "IPv4", tool: "iptables" },
  { family: 10, name: "IPv6", tool: "ip6tables" },
] as const;

/** Whether the kernel can write what rules tell it to log. */
export const kernelLogCheck: Check = async (evidence) => {
  const { machine } = evidence;
  const isFirst = isFirstNamespace(machine);
  if (isFirst === undefined) {
    const seen = "/proc/sys/net/netfilter/nf_log cannot be seen";
    return [{ level: "unknown", check, seen, needs: `the node's /proc/sys: ${nodeNeeds}` }];
  }
  const namespace = isFirst ? [] : await otherNamespace(evidence);
  return [...(await loggers(evidence)), ...namespace];
};

async function loggers({ machine, rules }: Evidence): Promise<readonly Finding[]> {
  const listed = await rules();
  const silent = families.filter(({ family, tool }) => {
    // A rule brings the logger with it, whatever is bound to the family.
    const hasRule = listed.state === "listed" && listed.rules.some((rule) => rule.tool === tool);
    return loggerOf(machine, family) === "NONE" && !hasRule;
  });
  if (silent.length === 0) {
    return [{ level: "ok", check, seen: "the kernel has a logger for IPv4 and IPv6" }];
  }
  const isAll = silent.length === families.length;
  return [
    {
      level: isAll ? "problem" : "note",
      check,
      name: "kernel-cannot-log",
      seen: `the kernel has no logger for ${silent.map(({ name }) => name).join(" and ")}`,
      means: "the module that writes packets to the kernel's log is not loaded",
      mend: ["sudo modprobe --all nf_log_syslog || sudo modprobe --all nf_log_ipv4 nf_log_ipv6"],
    },
  ];
}

/** Of what matters only where the rules are in a namespace that is not the machine's first. */
async function otherNamespace({ machine, rules }: Evidence): Promise<readonly Finding[]> {
  const listed = await rules();
  const hasRules = listed.state === "listed" && listed.rules.length > 0;
  const logsAll = await logsAllNamespaces(machine);
  const where = "this is not the first network namespace of the machine";
  if (logsAll === true) {
    return [{ level: "ok", check, seen: `${where}, and ${allNamespaces} is 1` }];
  }
  if (logsAll === undefined || !hasRules) {
    const needs = hasRules
      ? `the value of ${allNamespaces} in the first: sysctl ${allNamespaces}`
      : `the node's network namespace: ${nodeNeeds}`;
    return [{ level: "unknown", check, seen: where, needs }];
  }
  return [
    {
      level: "problem",
      check,
      name: "namespace-not-logged",
      seen: `${where}, LOG rules are in it, and ${allNamespaces} is 0`,
      means: "the kernel counts the packets of these rules, and logs none of them",
      mend: [
        `sudo sysctl -w ${allNamespaces}=1  # on the machine itself, outside of any container`,
        `echo '${allNamespaces} = 1' | sudo tee /etc/sysctl.d/90-denyscope.conf`,
      ],
    },
  ];
}
