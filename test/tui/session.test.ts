import { expect, test } from "vitest";
import { namingDefaults } from "../../src/query/endpoints/naming.ts";
import { openForWriting } from "../../src/store/open.ts";
import { NotesFile } from "../../src/tui/notes/notes-file.ts";
import { QueryClient } from "../../src/tui/queries/query-client.ts";
import { Session } from "../../src/tui/session.ts";
import { shownView } from "../../src/tui/state/state.ts";
import { TemporaryFolder } from "../follow/temporary-folder.ts";
import { SeededDatabase } from "../query/seeded-database.ts";

/** Waits until the overview of a session shows another number of packets. */
async function packetsAfter(session: Session, last: number | undefined): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const stop = session.subscribe(() => {
    const view = shownView(session.snapshot());
    const packets = view.screen === "overview" ? view.answer?.rankings.totals.packets : undefined;
    if (packets !== undefined && packets !== last) resolve(packets);
  });
  return await promise.finally(stop);
}

test("what is committed right after the first answer is shown without another commit", async () => {
  using folder = new TemporaryFolder();
  const path = folder.file("test.db");
  using seeded = new SeededDatabase({ packets: 1 });
  seeded.database.prepare("VACUUM INTO ?").run(path);
  const writer = openForWriting(path);
  await using client = new QueryClient();
  const world = {
    now: () => Date.now() * 1000,
    quit: () => undefined,
    copy: () => undefined,
    export: () => Promise.resolve(""),
    notes: new NotesFile(folder.file("notes.yaml")),
  };
  const shown = { source: path, isLive: true };
  using session = new Session(client, world, shown, { columns: 80, rows: 24 });
  await client.open({ path, naming: namingDefaults, hasName: true });
  const first = packetsAfter(session, undefined);
  session.opened();
  expect(await first).toBe(1);
  writer.exec("UPDATE flow_minutes SET packets = 2; UPDATE flow_hours SET packets = 2");
  writer.exec("UPDATE flow_days SET packets = 2");
  expect(await packetsAfter(session, 1)).toBe(2);
  writer.close();
});
