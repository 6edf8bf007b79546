import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { formatTime } from "../../model/time-window.ts";
import { countOf } from "../../query/output/wording.ts";
import type { Answer, Ask } from "../queries/ask.ts";
import type { QueryClient } from "../queries/query-client.ts";
import type { View } from "../state/state.ts";
import type { Effect, ExportFormat } from "../state/step.ts";
import { exportedText } from "./exported-text.ts";

/** Flows beyond the page that is shown are asked for, up to so many. */
const FLOWS_MAX = 100_000;

const endings: Readonly<Record<ExportFormat, string>> = {
  csv: "csv",
  json: "json",
  markdown: "md",
};

/** Writes what a view shows to a new file in a folder; resolves to what to tell the person. */
export function exportView(client: QueryClient, folder: string, now: () => number) {
  return async (
    { format }: Extract<Effect, { kind: "export" }>,
    view: View,
    ask: Ask | undefined,
  ): Promise<string> => {
    const answer = view.screen === "help" ? undefined : await wholeAnswer(client, view, ask);
    if (answer === undefined) return "There is nothing to export yet";
    const time = formatTime(now(), 0).replaceAll(/[-:]/g, "");
    const path = join(folder, `denyscope-${view.screen}-${time}.${endings[format]}`);
    const text = exportedText(answer, format);
    // An older file is never overwritten.
    await writeFile(path, text, { flag: "wx", mode: 0o600 });
    const left = leftOut(answer);
    return `Written: ${path}${left > 0 ? `; ${countOf(left, "more flow")} did not fit` : ""}`;
  };
}

async function wholeAnswer(
  client: QueryClient,
  view: View,
  ask: Ask | undefined,
): Promise<Answer | undefined> {
  if (ask?.kind !== "flows") return view.answer;
  return await client.fetch({ ...ask, offset: 0, limit: FLOWS_MAX });
}

function leftOut(answer: Answer): number {
  if (answer.kind !== "flows") return 0;
  const { totals, flows } = answer.page.answer;
  return totals.flows - flows.length;
}
