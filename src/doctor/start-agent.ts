import type { Evidence } from "./evidence.ts";
import { agentHome } from "./facts/agent-home.ts";

/** What has an agent run, or tells why none does. */
export function startAgent(evidence: Pick<Evidence, "machine" | "database">): readonly string[] {
  const bySystemd = "sudo systemctl enable --now denyscope";
  const inCluster = "kubectl get pods -n denyscope -o wide";
  switch (agentHome(evidence)) {
    case "systemd":
      return [bySystemd];
    case "cluster":
      return [inCluster];
    case "unknown":
      return [bySystemd, `${inCluster}  # or in a cluster`];
  }
}
