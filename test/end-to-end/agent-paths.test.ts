import { expect, test } from "vitest";
import { Place } from "./import-place.ts";
import { denialLines } from "./log-lines.ts";
import { denyscope, startDenyscope } from "./program.ts";
import { flowsOf, statusOf, untilRead } from "./queries.ts";

test("an agent goes on in what an import counted, and in its own by another path", async () => {
  using place = new Place();
  const lines = denialLines({ lines: 60 });
  const database = place.path("db");
  const log = place.write("syslog", lines);
  place.write("syslog.1", denialLines({ lines: 20, from: 600 }));
  await denyscope(["import", log, "--db", database]);
  const byRelativePath = `${process.cwd().replaceAll(/[^/]+/g, "..").slice(1)}${log}`;
  for (const path of [log, byRelativePath, log]) {
    await using agent = startDenyscope(["agent", path, "--db", database, "--node", "worker"]);
    await agent.says("Following a log");
    expect((await agent.end("SIGTERM")).status).toBe(0);
  }
  await untilRead(database, lines.length);
  const { losses, sources } = await statusOf(database);
  expect(losses).toEqual([]);
  expect(sources.map(({ path }) => path)).toEqual([log]);
  expect((await flowsOf(database)).totals.packets).toBe(lines.length);
});
