import { startDenyscope } from "../program.ts";
import { untilRead } from "../queries.ts";
import type { BrokenNode } from "./broken-node.ts";
import { fileOver } from "./file-over.ts";
import { chain, logWith, PORT } from "./sound-node.ts";

/** The kernel logs no packet, or not as the settings say. */
export const brokenRules: readonly BrokenNode[] = [
  {
    broken: "no rule logs",
    breaks: async (node) => {
      await node.addNamespace("bare");
      return { through: node.inside("bare") };
    },
    name: "no-log-rule",
    seen: /no rule of the firewall logs packets/,
    mend: /denyscope policy log POLICY.yaml/,
  },
  {
    broken: "no packet has reached a rule, and none was ever denied",
    breaks: async (node) => {
      await node.addNamespace("zero", ["-p", "sctp"]);
      const log = node.newQuietLog(["2026-06-01T12:00:00Z n1 cron[1]: x\n"]);
      const database = node.place.path("quiet.db");
      const agent = startDenyscope(["agent", log, "--db", database]);
      await untilRead(database, 1);
      return { log, database, through: node.inside("zero"), repair: () => agent.end("SIGKILL") };
    },
    name: "rules-not-reached",
    seen: /no packet has reached the only LOG rule \(cali-pi-log-denied\)/,
    mend: /kubectl run denied/,
  },
  {
    broken: "a rule of legacy iptables has reached no packet",
    breaks: async (node) => {
      await node.addNamespace("legacy", ["-p", "sctp"], "iptables-legacy");
      return { through: node.inside("legacy") };
    },
    name: "rules-not-reached",
    // There were denials before: the rules may have been loaded just now.
    level: "note",
    seen: /cali-pi-log-denied/,
    mend: /kubectl run denied/,
  },
  {
    broken: "rules of another network namespace are not logged",
    breaks: (node) => ({
      // The setting is the machine's, and other tests run: only what is read of it is another.
      through: [
        ...fileOver(node.place.write("zero", ["0\n"]), "/proc/sys/net/netfilter/nf_log_all_netns"),
        ...node.inside(),
      ],
    }),
    name: "namespace-not-logged",
    seen: /nf_log_all_netns is 0/,
    mend: /sysctl -w net.netfilter.nf_log_all_netns=1/,
  },
  {
    broken: "the prefix was changed, and the log holds lines of before",
    breaks: async (node) => {
      await node.addNamespace("renamed", ["-p", "udp", "--dport", `${PORT}`]);
      await node.deny("renamed");
      const rule = logWith("policy-drop: ");
      await node.run("renamed", "iptables", "-R", chain, "1", ...rule);
      return { through: node.inside("renamed") };
    },
    name: "prefix-mismatch",
    seen: /LOG rules have the prefix "policy-drop: "/,
    mend: /deniedPrefixes: \["policy-drop\*", "calico-packet\*", "calico-drop\*"\]/,
  },
  {
    broken: "programs of eBPF carry policies out",
    breaks: async (node) => {
      await node.addNamespace("bpf");
      const script = 'mount -t bpf bpf /sys/fs/bpf && mkdir /sys/fs/bpf/calico && exec "$@"';
      return { through: [...node.inside("bpf"), "sh", "-c", script, "sh"] };
    },
    name: "ebpf-data-plane",
    seen: /eBPF programs of Calico in \/sys\/fs\/bpf/,
    mend: /linuxDataplane":"Iptables/,
  },
];
