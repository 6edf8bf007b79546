import type { Machine } from "../machine.ts";

/** PROC_PID_INIT_INO of the kernel's include/linux/proc_ns.h. */
const FIRST = "pid:[4026531836]";

/** Whether all processes of the machine can be seen: a container has a view of its own. */
export function seesAllProcesses(machine: Machine): boolean {
  return machine.link("/proc/self/ns/pid") === FIRST;
}

/** What it takes to see them, and the node's rules, from a cluster. */
export const nodeNeeds =
  "run it on the node, or as kubectl debug node/NODE -it --profile=sysadmin --image=IMAGE " +
  `--custom=<(echo '{"securityContext":{"runAsUser":0}}') -- denyscope doctor --root /host`;

export const rulesNeeds =
  "the firewall's rules, which root may list (CAP_NET_ADMIN in the node's network namespace): " +
  "sudo denyscope doctor";
