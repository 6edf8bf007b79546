import { fileURLToPath } from "node:url";
import { type Command, digest, outputOf } from "./measure.ts";

/**
 * The key that every reader counts: source, destination, protocol, destination port, both
 * interfaces, node. A line of counts is the key and its packets, with a blank between each two.
 */
export const awkProgram = fileURLToPath(new URL("count-flows.awk", import.meta.url));
export const denyscope = fileURLToPath(new URL("../dist/program/main.js", import.meta.url));

/** Hash of the counts that a command prints. */
export function countsOf(command: Command): string {
  return digest(outputOf(command).trimEnd().split("\n"));
}

/** Hash of what a database holds for each key. */
export function countsOfDatabase(database: string): string {
  const flows = outputOf({
    program: process.execPath,
    args: [denyscope, "flows", "--db", database, "--limit", "0", "-o", "jsonl"],
  });
  const lines = flows
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, string | number>)
    .map((f) =>
      [f["src"], f["dst"], f["protocol"], f["dstPort"], f["in"], f["out"], f["node"], f["packets"]]
        .map((value) => value ?? "")
        .join(" "),
    );
  return digest(lines);
}
