import { mkdtempDisposableSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { TransportSettings } from "../../../src/forward/transport/transport-settings.ts";
import type { Transport } from "../../../src/forward/transport/transport.ts";
import { needs } from "../../end-to-end/machine.ts";
import { CertificateAuthority, certificatesMissing } from "../servers/certificate-authority.ts";
import { type RsyslogInput, rsyslogMissing, startRsyslog } from "../servers/rsyslog-server.ts";
import {
  type SyslogNgSource,
  startSyslogNg,
  syslogNgMissing,
} from "../servers/syslog-ng-server.ts";
import { deliver, type Delivery, settingsFor } from "./delivery.ts";
import { miscarried } from "./numbered-messages.ts";
import { isLong } from "../../long-run.ts";

const COUNT = isLong ? 100_000 : 10_000;
const TEST_MS_MAX = 300_000;

const rsyslogLacks = rsyslogMissing() ?? certificatesMissing();
const syslogNgLacks = syslogNgMissing() ?? certificatesMissing();

needs("rsyslogd with RELP and TLS", rsyslogLacks);
needs("syslog-ng", syslogNgLacks);

const allWell = { missing: [], damaged: [] };

/**
 * One connection is enough, and each message is sent once. Only TLS has an end in two steps,
 * between which a fast server may answer: then all in doubt is sent again (see `StreamSession`).
 */
function expectOrderly(transport: Transport, { ends, sent }: Delivery): void {
  expect(new Set(ends.map(({ reason }) => reason))).toEqual(new Set(["ended"]));
  if (transport !== "tls") expect({ connections: ends.length, sent }).toEqual(onlyOnce);
}

const onlyOnce = { connections: 1, sent: COUNT };

describe.skipIf(rsyslogLacks !== undefined)("connect() to rsyslogd", () => {
  test.for<[RsyslogInput, Partial<TransportSettings>, clients?: "known clients"]>([
    ["tcp", { framing: "octet" }],
    ["tcp", { framing: "lf" }],
    ["tls", { framing: "octet" }],
    ["tls", { framing: "octet" }, "known clients"],
    ["relp", {}],
    ["relp", { window: 128 }],
    ["relp+tls", {}],
    ["relp+tls", {}, "known clients"],
    ["unix", { framing: "octet" }],
    ["unix", { framing: "lf" }],
  ])(
    `${COUNT} messages in, ${COUNT} out: %s %j %s`,
    { timeout: TEST_MS_MAX },
    async ([input, others, clients]) => {
      using folder = mkdtempDisposableSync(join(tmpdir(), "denyscope-rsyslog-"));
      const authority = new CertificateAuthority(folder.path);
      const own = clients === undefined ? undefined : authority.sign({ name: "client" });
      await using server = await startRsyslog({
        folder: folder.path,
        inputs: [input],
        tls: {
          certificate: authority.sign({ name: "server" }),
          ...(own === undefined ? {} : { clients: authority.root }),
        },
      });
      const place = input === "unix" ? { path: server.path } : server.ports[input];
      const tls = {
        verify: "name",
        ca: authority.root.certificate,
        ...(own === undefined ? {} : { cert: own.certificate, key: own.key }),
      } as const;
      const delivery = await deliver(settingsFor(input, place, { ...others, tls }), COUNT);
      expectOrderly(input, delivery);
      await server.process.storedAll(delivery.sent);
      const duplicates = delivery.sent - COUNT;
      expect(miscarried(server.process.stored(), COUNT)).toEqual({ ...allWell, duplicates });
    },
  );
});

describe.skipIf(syslogNgLacks !== undefined)("connect() to syslog-ng", () => {
  test.for<[SyslogNgSource, Partial<TransportSettings> & { transport: "tcp" | "tls" | "unix" }]>([
    ["syslog", { transport: "tcp", framing: "octet" }],
    ["syslog tls", { transport: "tls", framing: "octet" }],
    ["network", { transport: "tcp", framing: "lf" }],
    ["unix-stream", { transport: "unix", framing: "lf" }],
  ])(
    `${COUNT} messages in, ${COUNT} out: %s %j`,
    { timeout: TEST_MS_MAX },
    async ([source, others]) => {
      using folder = mkdtempDisposableSync(join(tmpdir(), "denyscope-syslog-ng-"));
      const authority = new CertificateAuthority(folder.path);
      const certificate = authority.sign({ name: "server" });
      await using server = await startSyslogNg({ folder: folder.path, source, certificate });
      const place = others.transport === "unix" ? { path: server.path } : server.port;
      const settings = settingsFor(others.transport, place, {
        ...others,
        tls: { verify: "name", ca: authority.root.certificate },
      });
      const delivery = await deliver(settings, COUNT);
      expectOrderly(others.transport, delivery);
      await server.process.storedAll(delivery.sent);
      const duplicates = delivery.sent - COUNT;
      expect(miscarried(server.process.stored(), COUNT)).toEqual({ ...allWell, duplicates });
    },
  );
});
