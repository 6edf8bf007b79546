import { mkdtempDisposableSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { CloseReason } from "../../../src/forward/transport/close-reason.ts";
import { needs } from "../../end-to-end/machine.ts";
import { rsyslogMissing, startRsyslog } from "../servers/rsyslog-server.ts";
import { deliver, settingsFor } from "./delivery.ts";
import { miscarried } from "./numbered-messages.ts";

/** Of TCP more than the buffers of both sides take up while nobody reads. */
const counts = { tcp: 100_000, unix: 20_000, relp: 20_000 };
const STOP_AT = 1000;
const SILENCE_MS_MAX = 1000;
const STOPPED_MS = 3 * SILENCE_MS_MAX;
const TEST_MS_MAX = 120_000;

const missing = rsyslogMissing();

needs("rsyslogd with RELP", missing);

describe.skipIf(missing !== undefined)("a server that hangs", () => {
  test.for<[keyof typeof counts, CloseReason]>([
    ["tcp", "stalled"],
    ["unix", "stalled"],
    ["relp", "no-acknowledgement"],
  ])(
    "is given up, and nothing is missing when it goes on: %s",
    { timeout: TEST_MS_MAX },
    async ([transport, reason]) => {
      using folder = mkdtempDisposableSync(join(tmpdir(), "denyscope-stopped-"));
      await using server = await startRsyslog({ folder: folder.path, inputs: [transport] });
      const place = transport === "unix" ? { path: server.path } : server.ports[transport];
      const count = counts[transport];
      let isStopped = false;
      const limits = { silenceMsMax: SILENCE_MS_MAX, connectMsMax: SILENCE_MS_MAX };
      const { ends } = await deliver(settingsFor(transport, place, limits), count, {
        sending: (ticket) => {
          if (ticket !== STOP_AT || isStopped) return;
          isStopped = true;
          server.process.signal("SIGSTOP");
          setTimeout(() => server.process.signal("SIGCONT"), STOPPED_MS);
        },
      });
      expect(ends[0]!.reason).toBe(reason);
      expect(ends.at(-1)!.reason).toBe("ended");
      await server.process.end("SIGTERM");
      const { duplicates, ...wrong } = miscarried(server.process.stored(), count);
      expect(wrong).toEqual({ missing: [], damaged: [] });
      process.stdout.write(`${transport}: ${ends.length} connections, ${duplicates} twice\n`);
    },
  );
});
