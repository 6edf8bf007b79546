import { countOf } from "../../query/output/wording.ts";
import type { Check, Evidence } from "../evidence.ts";
import { rulesNeeds } from "../facts/process-view.ts";

const check = "data plane";
/** Where Felix pins its programs and maps, under names of its own. */
const pinned = ["/sys/fs/bpf", "/sys/fs/bpf/tc/globals"];

/** Whether policies are carried out by rules that can log at all, and not by eBPF programs. */
export const dataPlaneCheck: Check = async (evidence) => {
  const { machine, rules } = evidence;
  const interfaces = machine.list("/sys/class/net");
  const ofPods = interfaces.filter((name) => name.startsWith("cali"));
  if (interfaces.includes("cilium_host")) return [ebpf("an interface cilium_host", cilium)];
  if (ofPods.length === 0) return [];
  const programs = await programsOf(evidence, ofPods);
  const listed = await rules();
  const hasChains = listed.state === "listed" && listed.chains.some((chain) => isOfCalico(chain));
  const seen = countOf(ofPods.length, "interface of pods", "interfaces of pods");
  if (hasChains) return [{ level: "ok", check, seen: `${seen}, and chains of Calico` }];
  if (programs !== undefined) {
    return [ebpf(`${seen}, ${programs}, and no chain of Calico`, calico)];
  }
  if (listed.state === "hidden") return [{ level: "unknown", check, seen, needs: rulesNeeds }];
  return [{ level: "ok", check, seen: `${seen}, and no program of eBPF on them` }];
};

/** iptables has `cali-INPUT`, nftables `filter-cali-INPUT` and the like. */
function isOfCalico(chain: string): boolean {
  return /\bcali[-:]/.test(chain);
}

async function programsOf(
  { machine }: Evidence,
  [first = ""]: readonly string[],
): Promise<string | undefined> {
  const path = pinned.find((folder) =>
    machine.list(folder).some((name) => name.startsWith("cali")),
  );
  if (path !== undefined) return `eBPF programs of Calico in ${path}`;
  const ran = await machine.run("tc", ["filter", "show", "dev", first, "ingress"]);
  const has = ran.state === "done" && /\bbpf\b.*cali/s.test(ran.output);
  return has ? `an eBPF program of Calico on ${first}` : undefined;
}

const calico = [
  "kubectl patch installation default --type merge " +
    `-p '{"spec":{"calicoNetwork":{"linuxDataplane":"Iptables"}}}'`,
];
const cilium = ["hubble observe --verdict DROPPED  # denyscope cannot see what Cilium denies"];

function ebpf(seen: string, mend: readonly string[]) {
  return {
    level: "problem",
    check,
    name: "ebpf-data-plane",
    seen,
    means: "programs of eBPF carry the policies out, and write no line to the kernel's log",
    mend,
  } as const;
}
