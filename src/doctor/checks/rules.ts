import { setTimeout as sleep } from "node:timers/promises";
import { isPodInterface } from "../../model/pod-interface.ts";
import { prefixJudge } from "../../model/prefix-meaning.ts";
import { countOf } from "../../query/output/wording.ts";
import type { Check, Evidence } from "../evidence.ts";
import { lastBytes } from "../facts/last-bytes.ts";
import { type ListedRules, type LogRule, logRules } from "../facts/log-rules.ts";
import { isFirstNamespace } from "../facts/network-namespace.ts";
import { nodeNeeds, rulesNeeds } from "../facts/process-view.ts";
import { seesDenials } from "../facts/sees-denials.ts";
import type { Finding } from "../finding.ts";

const check = "rules";
/** Whether counters rise is seen over this time. */
const LOOK_MS = 1000;
const CHAINS_SHOWN_MAX = 3;

/** Whether there are LOG rules, packets reach them, and what they count is logged. */
export const rulesCheck: Check = async (evidence) => {
  const listed = await evidence.rules();
  if (listed.state === "hidden") {
    const seen = `no rule can be seen: ${listed.because}`;
    return [{ level: "unknown", check, seen, needs: rulesNeeds }];
  }
  const judge = prefixJudge(evidence.settings);
  const { rules } = listed;
  const denying = rules.filter(({ prefix }) => judge(prefix).verdict === "denied");
  if (rules.length === 0) return [isOfPod(evidence, listed) ? elsewhere() : noRule()];
  // Whose prefix is not known to mean denied is the subject of another check.
  if (denying.length === 0) return [];
  const blind = denying.filter(({ packets }) => packets === undefined);
  if (blind.length > 0) {
    const seen = `${countOf(denying.length, "LOG rule")}, ${blind.length} without a counter`;
    return [{ level: "ok", check, seen }];
  }
  const packets = packetsOf(denying);
  if (packets === 0) return [notReached(denying, await seesDenials(evidence))];
  return [await rising(evidence, packets, denying)];
};

function packetsOf(rules: readonly LogRule[]): number {
  return rules.reduce((sum, rule) => sum + (rule.packets ?? 0), 0);
}

/** A network namespace with nothing in it that a node has. */
function isOfPod({ machine, settings }: Evidence, { chains }: ListedRules): boolean {
  if (isFirstNamespace(machine) !== false) return false;
  const interfaces = machine.list("/sys/class/net");
  const hasPods = interfaces.some((name) => isPodInterface(name, settings.podInterfaces));
  return !hasPods && !chains.some((chain) => /cali-|KUBE-/.test(chain));
}

function elsewhere(): Finding {
  const seen = "this network namespace has no rule, and nothing that a node has";
  return { level: "unknown", check, seen, needs: `the node's network namespace: ${nodeNeeds}` };
}

function noRule(): Finding {
  return {
    level: "problem",
    check,
    name: "no-log-rule",
    seen: "no rule of the firewall logs packets",
    means: "nothing asks the kernel to log what policies deny",
    mend: ["denyscope policy log POLICY.yaml | calicoctl apply -f -"],
  };
}

function notReached(rules: readonly LogRule[], hasSeenSome: boolean): Finding {
  const chains = [...new Set(rules.map(({ chain }) => chain))];
  const any = rules.length === 1 ? "the only LOG rule" : `any of ${rules.length} LOG rules`;
  const shown = chains.slice(0, CHAINS_SHOWN_MAX).join(", ");
  return {
    // They begin at zero again whenever rules are loaded anew.
    level: hasSeenSome ? "note" : "problem",
    check,
    name: "rules-not-reached",
    seen: `no packet has reached ${any} (${shown})`,
    means:
      "nothing was denied since they were loaded; or policies of a lower order take every " +
      "packet, or the selector of log-denied-packets selects no pod of this node",
    mend: [
      "calicoctl get networkpolicy --all-namespaces -o wide  # its order is the highest",
      ...causeADenial,
    ],
  };
}

/** What makes a policy deny something. */
export const causeADenial: readonly string[] = [
  "kubectl run denied --rm -it --restart=Never --image=busybox -- wget -T 5 http://ADDRESS:PORT",
  "denyscope observe --last 5",
];

async function rising(
  evidence: Evidence,
  packets: number,
  rules: readonly LogRule[],
): Promise<Finding> {
  const before = await logSize(evidence);
  await sleep(LOOK_MS);
  const again = await logRules(evidence.machine);
  const chains = new Set(rules.map(({ chain, prefix }) => `${chain} ${prefix}`));
  const same = again.state === "listed" ? again.rules : [];
  const now = packetsOf(same.filter(({ chain, prefix }) => chains.has(`${chain} ${prefix}`)));
  const more = now - packets;
  const seen = `${countOf(rules.length, "LOG rule")}, ${countOf(packets, "packet")}`;
  if (more <= 0) return { level: "ok", check, seen: `${seen}, none in the last second` };
  await sleep(LOOK_MS);
  const isWritten = before === undefined || (await logSize(evidence)) !== before;
  if (isWritten) return { level: "ok", check, seen: `${seen}, ${more} in the last second` };
  return {
    level: "problem",
    check,
    name: "packets-not-logged",
    seen:
      `LOG rules counted ${countOf(more, "packet")} in the last second, ` +
      "and the log did not grow",
    means: "the kernel does not log them, or nobody brings them to the log",
    mend: ["sudo dmesg --follow  # are they there?", "sudo systemctl restart rsyslog"],
  };
}

/** How long the log is and when it was written; undefined where it cannot be read. */
async function logSize({ log }: Evidence): Promise<string | undefined> {
  const path = (await log())?.path;
  const last = path === undefined ? undefined : lastBytes(path);
  return last === undefined ? undefined : `${last.end} ${last.modifiedAt}`;
}
