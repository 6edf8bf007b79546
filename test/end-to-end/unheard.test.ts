import { appendFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { countedAlone, expectCounts, Place } from "./import-place.ts";
import { denialLines } from "./log-lines.ts";
import { needs, programMissing } from "./machine.ts";
import { startDenyscope } from "./program.ts";
import { untilRead } from "./queries.ts";

const first = denialLines({ seed: 21, lines: 300 });
const second = denialLines({ seed: 22, lines: 300, from: 600 });

const missing = programMissing("bash");

needs("bash", missing);

/** How nobody can hear what a program says on standard error. */
const deaf: readonly { readonly name: string; readonly through: readonly string[] }[] = [
  { name: "a full disk", through: ["sh", "-c", 'exec "$@" 2>/dev/full', "-"] },
  {
    name: "a pipe whose reader has ended",
    through: ["bash", "-c", 'exec 3> >(true); wait $!; exec "$@" 2>&3', "-"],
  },
];

describe.skipIf(missing !== undefined).each(deaf)(
  "with its standard error on $name",
  ({ through }) => {
    test("an import counts all, and ends well", async () => {
      using place = new Place();
      const log = place.write("syslog", first);
      const { status } = await startDenyscope(["import", log, "--db", place.path("db")], {
        through,
      }).ended;

      expect(status).toBe(0);
      expectCounts(place.counted(), await countedAlone(first));
    });

    test("an agent goes on counting", async () => {
      using place = new Place();
      const log = place.write("syslog", first);
      const agent = ["agent", log, "--db", place.path("db"), "--listen", "none"];
      await using running = startDenyscope(agent, { through });
      await untilRead(place.path("db"), first.length);
      appendFileSync(log, second.join(""));
      await untilRead(place.path("db"), first.length + second.length);

      expect((await running.end("SIGTERM")).status).toBe(0);
    });
  },
);
