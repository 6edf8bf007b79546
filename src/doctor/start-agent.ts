import type { HomeEvidence } from "./facts/agent-home.ts";
import { whereItRuns } from "./where-it-runs.ts";

/** What has an agent run, or tells why none does. */
export function startAgent(evidence: HomeEvidence): readonly string[] {
  return whereItRuns(evidence, "sudo systemctl enable --now denyscope", {
    command: "kubectl get pods -n denyscope -o wide",
  });
}
