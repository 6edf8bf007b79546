import type { Machine } from "../machine.ts";

/** The settings of the kernel's packet log; seen are those of this network namespace. */
const folder = "/proc/sys/net/netfilter";
export const allNamespaces = "net.netfilter.nf_log_all_netns";

/**
 * Whether this process is in the machine's first network namespace: only there has the kernel the
 * setting nf_log_all_netns. Undefined where nothing of it can be seen.
 */
export function isFirstNamespace(machine: Machine): boolean | undefined {
  const names = machine.list(folder);
  return names.includes("nf_log") ? names.includes("nf_log_all_netns") : undefined;
}

/** The logger of a protocol family, `NONE` without one; undefined where it cannot be seen. */
export function loggerOf(machine: Machine, family: 2 | 10): string | undefined {
  const seen = machine.read(`${folder}/nf_log/${family}`);
  return seen.state === "read" ? seen.text.trim() : undefined;
}

/** kthreadd, which lives in the first of all namespaces; another process in a container. */
const FIRST_KERNEL_THREAD = "2";

/** Whether rules of other namespaces than the first are logged; undefined where nobody says. */
export async function logsAllNamespaces(machine: Machine): Promise<boolean | undefined> {
  const file = `${folder}/nf_log_all_netns`;
  const first = ["--target", FIRST_KERNEL_THREAD, "--net"];
  const ran = await machine.run("nsenter", [...first, "cat", file]);
  return ran.state === "done" ? ran.output.trim() !== "0" : undefined;
}
