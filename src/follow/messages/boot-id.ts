import { readFileSync } from "node:fs";

/** Which boot the machine runs: a name that no other boot of any machine has. */
export function readBootId(): string {
  return readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
}
