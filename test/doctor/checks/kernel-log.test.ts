import { describe, expect, test } from "vitest";
import { kernelLogCheck } from "../../../src/doctor/checks/kernel-log.ts";
import { NodeFolder } from "../node-folder.ts";

const folder = "proc/sys/net/netfilter";

describe("kernelLogCheck()", () => {
  test.for<[string, string, string, string]>([
    ["nf_log_ipv4", "nf_log_ipv6", "ok", ""],
    ["nf_log_syslog", "nf_log_syslog", "ok", ""],
    ["NONE", "nf_log_ipv6", "note", "no logger for IPv4"],
    ["NONE", "NONE", "problem", "no logger for IPv4 and IPv6"],
  ])("loggers %s and %s: %s", async ([ipv4, ipv6, level, seen]) => {
    using node = new NodeFolder({
      [`${folder}/nf_log/2`]: `${ipv4}\n`,
      [`${folder}/nf_log/10`]: `${ipv6}\n`,
      [`${folder}/nf_log_all_netns`]: "0\n",
    });
    const [finding, ...more] = await kernelLogCheck(await node.evidence());
    expect(finding?.level).toBe(level);
    expect(finding?.seen).toContain(seen);
    expect(more).toEqual([]);
  });

  test("in a container it says what would tell", async () => {
    using node = new NodeFolder();
    expect(await kernelLogCheck(await node.evidence())).toEqual([
      expect.objectContaining({
        level: "unknown",
        needs: expect.stringContaining("kubectl debug node/NODE") as string,
      }),
    ]);
  });
});
