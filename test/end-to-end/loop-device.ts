import { execFileSync } from "node:child_process";
import { until } from "../forward/servers/until.ts";

/** The device that an image is behind; empty when it is behind none. */
export function loopOf(image: string): string {
  return execFileSync("losetup", ["-j", image, "-O", "NAME", "-n"], { encoding: "utf8" }).trim();
}

/**
 * Waits, after an image was unmounted, until nobody has it any more. Tests that run at the same
 * time make mount namespaces, which hold a copy of each mount, and a file system that is held is
 * the one from before when it is mounted again.
 */
export async function untilReleased(image: string): Promise<void> {
  await until("nobody has the disk mounted", () => loopOf(image) === "");
}
