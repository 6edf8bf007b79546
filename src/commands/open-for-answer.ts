import type { Settings } from "../config/settings.ts";
import type { PrivateDatabase } from "../store/private-database.ts";
import type { StartingWriter, StoreWriter } from "../store/store-writer.ts";
import type { ShortestSpan } from "../store/writer-messages.ts";

/** Opens a private database for the counts that one answer needs. */
export function openForAnswer(
  starting: StartingWriter,
  settings: Settings,
  { path }: PrivateDatabase,
  shortestSpan: ShortestSpan,
): Promise<StoreWriter> {
  return starting.open({ ...settings, path, role: "answer", shortestSpan, retries: false });
}
