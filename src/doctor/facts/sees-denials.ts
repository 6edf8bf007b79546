import { prefixJudge } from "../../model/prefix-meaning.ts";
import type { Evidence } from "../evidence.ts";

/** Whether any denial was ever seen here: by the log's last lines, or by the database. */
export async function seesDenials(
  evidence: Pick<Evidence, "settings" | "log" | "database">,
): Promise<boolean> {
  const judge = prefixJudge(evidence.settings);
  const log = await evidence.log();
  const prefixes = [...(log?.prefixes ?? [])];
  if (prefixes.some((prefix) => judge(prefix).verdict === "denied")) return true;
  const { content } = evidence.database();
  return content.state === "open" && content.status.packets.denied > 0;
}
