import type { Evidence } from "../evidence.ts";
import type { FileSeen } from "../machine.ts";

/** Where the agent runs, as far as can be seen: it decides how it is started and configured. */
export type AgentHome = "cluster" | "systemd" | "unknown";

const units = ["/etc", "/usr/lib"].map((folder) => `${folder}/systemd/system/denyscope.service`);

/** What of the evidence tells it. */
export type HomeEvidence = Pick<Evidence, "machine" | "database">;

export function agentHome({ machine, database }: HomeEvidence): AgentHome {
  const { holder } = database();
  const group = holder === undefined ? "" : textOf(machine.read(`/proc/${holder}/cgroup`));
  if (group.includes("kubepods")) return "cluster";
  if (group.includes("/denyscope.service") || units.some((path) => machine.isFile(path))) {
    return "systemd";
  }
  // Where doctor itself runs in a pod, the agent will, too.
  const environment = textOf(machine.read("/proc/self/environ")).split("\0");
  const isInPod = environment.some((each) => each.startsWith("KUBERNETES_SERVICE_HOST="));
  return isInPod ? "cluster" : "unknown";
}

function textOf(seen: FileSeen): string {
  return seen.state === "read" ? seen.text : "";
}
