import { mkdtempDisposableSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { needs } from "../../end-to-end/machine.ts";
import { CertificateAuthority, certificatesMissing } from "../servers/certificate-authority.ts";
import { rsyslogMissing, startRsyslog } from "../servers/rsyslog-server.ts";
import type { ServerProcess } from "../servers/server-process.ts";
import { until } from "../servers/until.ts";
import { deliver, settingsFor } from "./delivery.ts";
import { isLong } from "../../long-run.ts";

/** In the long form more than what two socket buffers hold, so that some are settled on the way. */
const COUNT = isLong ? 200_000 : 20_000;
const KILLS = isLong ? 20 : 3;
const TEST_MS_MAX = 900_000;
/** A stream is sent from its beginning again and again: the texts would be gigabytes. */
const numberOnly = "%msg:1:9%";

const missing = rsyslogMissing() ?? certificatesMissing();

needs("rsyslogd with RELP and TLS", missing);

describe.skipIf(missing !== undefined)("a server that is killed and starts again", () => {
  test.for(["tcp", "tls", "relp", "relp+tls", "unix"] as const)(
    "nothing is missing, what was settled least of all: %s",
    { timeout: TEST_MS_MAX },
    async (transport) => {
      using folder = mkdtempDisposableSync(join(tmpdir(), "denyscope-killed-"));
      const authority = new CertificateAuthority(folder.path);
      const tls = { certificate: authority.sign({ name: "server" }) };
      await using server = await startRsyslog({
        folder: folder.path,
        inputs: [transport],
        tls,
        template: numberOnly,
      });
      const place = transport === "unix" ? { path: server.path } : server.ports[transport];
      const settings = settingsFor(transport, place, {
        tls: { verify: "name", ca: authority.root.certificate },
      });
      const kills = new Kills(server.process);
      const { sent, ends } = await deliver(settings, COUNT, {
        settled: (upTo) => {
          kills.settled = upTo;
        },
        sending: (ticket) => kills.sending(ticket),
      });
      await storedToTheLast(server.process);
      expect(kills.lost, "settled, and not stored").toEqual([]);
      // A sender may be done before a server that has just started is known to be there.
      expect(kills.count).toBeGreaterThan(0);
      const tickets = server.process.stored().map(Number);
      expect(new Set(tickets).size, "stored").toBe(COUNT);
      expect(ends.at(-1)!.reason).toBe("ended");
      expect(ends.length, "connections").toBeGreaterThan(kills.count);
      process.stdout.write(
        `${transport}: ${COUNT} messages, ${kills.count} kills, ${ends.length} connections, ` +
          `${sent - COUNT} sent again, ${tickets.length - COUNT} stored twice\n`,
      );
    },
  );
});

/** Kills the server in the middle of what it is sent, again and again, and starts it again. */
class Kills {
  count = 0;
  settled = -1;
  /** Settled by then, and not stored. */
  readonly lost: number[] = [];
  readonly #server: ServerProcess;
  #isDown = false;

  constructor(server: ServerProcess) {
    this.#server = server;
  }

  sending(ticket: number): void {
    if (this.#isDown || this.count === KILLS) return;
    if (ticket < ((this.count + 1) / (KILLS + 1)) * COUNT) return;
    this.count++;
    this.#isDown = true;
    void this.#kill();
  }

  async #kill(): Promise<void> {
    await this.#server.end("SIGKILL");
    const stored = new Set(this.#server.stored().map(Number));
    for (let ticket = 0; ticket <= this.settled; ticket++) {
      if (!stored.has(ticket)) this.lost.push(ticket);
    }
    await this.#server.startAgain();
    this.#isDown = false;
  }
}

/** The last message is the last one stored. */
async function storedToTheLast(server: ServerProcess): Promise<void> {
  await until("the last message stored", () => {
    return Number(server.stored().at(-1)) === COUNT - 1;
  });
}
