import type { Run } from "./measure.ts";

/** What one reader took for one input; without a run it is missing here. */
export type Row = {
  readonly name: string;
  readonly run?: Run;
  /** The lines that were really read, when the time was multiplied from fewer. */
  readonly scaledFrom?: number;
  readonly counts?: string;
  readonly does: string;
};

/** A table in Markdown; the ratios are to the first row and to the second. */
export function tableOf(rows: readonly Row[]): string {
  const [first, second] = rows;
  const headers = ["reader", "ms", `to ${first!.name}`, `to ${second!.name}`];
  const lines = [
    [...headers, "peak MB", "denials read", "what it does"],
    ["---", "---:", "---:", "---:", "---:", "---", "---"],
    ...rows.map(({ name, run, scaledFrom, counts = "", does }) =>
      run === undefined
        ? [name, "", "", "", "", "", does]
        : [
            name,
            run.ms.toFixed(0) + (scaledFrom === undefined ? "" : " *"),
            (run.ms / first!.run!.ms).toFixed(1),
            (run.ms / second!.run!.ms).toFixed(2),
            run.peakMb.toFixed(0),
            counts,
            scaledFrom === undefined ? does : `${does}; * scaled from ${scaledFrom} lines`,
          ],
    ),
  ];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
