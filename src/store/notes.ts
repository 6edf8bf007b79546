import type Database from "better-sqlite3";

const PREFIX = "note:";

/** Small facts that one run keeps for the next, in the transaction of its counts. */
export function keepNote(
  database: Database.Database,
  { key, text }: { readonly key: string; readonly text: string },
): void {
  database
    .prepare("INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value")
    .run(PREFIX + key, text);
}

export function readNotes(database: Database.Database): Record<string, string> {
  const rows = database
    .prepare<[string], { key: string; value: string }>("SELECT * FROM meta WHERE key GLOB ?")
    .all(`${PREFIX}*`);
  return Object.fromEntries(rows.map(({ key, value }) => [key.slice(PREFIX.length), value]));
}
