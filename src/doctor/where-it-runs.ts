import { agentHome, type HomeEvidence } from "./facts/agent-home.ts";

/** A command, and what is to be known of it. */
type Noted = { readonly command: string; readonly note?: string };

/** The command that does something to the agent where it runs; both where nobody can tell. */
export function whereItRuns(
  evidence: HomeEvidence,
  bySystemd: string,
  { command, note }: Noted,
): readonly string[] {
  switch (agentHome(evidence)) {
    case "systemd":
      return [bySystemd];
    case "cluster":
      return [withNotes(command, note)];
    case "unknown":
      return [bySystemd, withNotes(command, "or in a cluster", note)];
  }
}

function withNotes(command: string, ...notes: readonly (string | undefined)[]): string {
  const said = notes.filter((note) => note !== undefined);
  return said.length === 0 ? command : `${command}  # ${said.join(", ")}`;
}
