import { describe, expect, test } from "vitest";
import { dataPlaneCheck } from "../../../src/doctor/checks/data-plane.ts";
import type { LogRules } from "../../../src/doctor/facts/log-rules.ts";
import { NodeFolder } from "../node-folder.ts";

const pods = { "sys/class/net/cali0123456789a/x": "", "sys/class/net/eth0/x": "" };
const pinned = { "sys/fs/bpf/tc/globals/cali_v4_ct3": "" };
const listed = (chains: readonly string[]): LogRules => ({ state: "listed", rules: [], chains });
const hidden: LogRules = { state: "hidden", because: "not permitted" };

describe("dataPlaneCheck()", () => {
  test.for<[string, Readonly<Record<string, string>>, LogRules, string | undefined]>([
    ["no interface of a pod", {}, listed([]), undefined],
    ["chains of iptables", pods, listed(["cali-FORWARD"]), "ok"],
    ["chains of nftables", pods, listed(["filter-cali-FORWARD"]), "ok"],
    [
      "chains beside maps that an earlier mode left",
      { ...pods, ...pinned },
      listed(["cali-INPUT"]),
      "ok",
    ],
    ["maps of eBPF, and no chain", { ...pods, ...pinned }, listed(["INPUT"]), "problem"],
    ["maps of eBPF, and no permission", { ...pods, ...pinned }, hidden, "problem"],
    ["nothing to be seen but interfaces", pods, hidden, "unknown"],
    ["Cilium", { "sys/class/net/cilium_host/x": "" }, listed([]), "problem"],
  ])("%s", async ([, files, rules, level]) => {
    using node = new NodeFolder(files);
    const found = await dataPlaneCheck({ ...(await node.evidence()), rules: async () => rules });
    expect(found.map((finding) => finding.level)).toEqual(level === undefined ? [] : [level]);
    if (files === pods) expect(found[0]?.seen).toMatch(/^1 interface of pods\b/);
    if (level === "problem") expect(found).toMatchObject([{ name: "ebpf-data-plane" }]);
  });
});
