import { mkdtempDisposableSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { connect } from "../../../src/forward/transport/connect.ts";
import type { Connection, ConnectionEnd } from "../../../src/forward/transport/connection.ts";
import { needs } from "../../end-to-end/machine.ts";
import { freePort } from "../servers/free-port.ts";
import { rsyslogMissing, startRsyslog } from "../servers/rsyslog-server.ts";
import { until } from "../servers/until.ts";
import { deliver, settingsFor } from "./delivery.ts";
import { miscarried, numberedMessage } from "./numbered-messages.ts";
import { isLong } from "../../long-run.ts";

const COUNT = isLong ? 100_000 : 10_000;

const missing = rsyslogMissing();

needs("rsyslogd", missing);

test.skipIf(missing !== undefined)("UdpSession sends each message as one datagram", async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), "denyscope-udp-"));
  await using server = await startRsyslog({ folder: folder.path, inputs: ["udp"] });
  const { ends, sent } = await deliver(settingsFor("udp", server.ports.udp), COUNT);
  expect({ reasons: ends.map(({ reason }) => reason), sent }).toEqual({
    reasons: ["ended"],
    sent: COUNT,
  });
  await server.process.storedAll(1);
  await server.process.end("SIGTERM");
  const { missing: lost, damaged, duplicates } = miscarried(server.process.stored(), COUNT);
  expect({ damaged, duplicates }).toEqual({ damaged: [], duplicates: 0 });
  process.stdout.write(`udp: ${COUNT} messages sent, ${lost.length} not stored\n`);
});

describe("UdpSession", () => {
  function open(port: number) {
    const told: string[] = [];
    let end: ConnectionEnd | undefined;
    const { promise: opened, resolve } = Promise.withResolvers<void>();
    const connection: Connection = connect(settingsFor("udp", port), {
      reached: ({ step }) => told.push(step),
      opened: () => resolve(),
      roomy: () => told.push("roomy"),
      refused: (ticket, reason) => told.push(`refused ${ticket}: ${reason}`),
      settled: (upTo) => told.push(`settled ${upTo}`),
      closed: (closed) => {
        end = closed;
      },
    });
    return { connection, opened, told, end: () => end };
  }

  test("hears that nothing listens from one of the next messages", async () => {
    const { connection, opened, end } = open(await freePort());
    await opened;
    for (let ticket = 0; end() === undefined; ticket++) {
      connection.send(ticket, numberedMessage(ticket));
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(end()!.reason).toBe("connect-refused");
    expect(end()!.text).toMatch(/^Cannot send to "udp:.*": nothing listens there$/);
  });

  test.skipIf(missing !== undefined)("refuses what is no datagram, and goes on", async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "denyscope-udp-"));
    await using server = await startRsyslog({ folder: folder.path, inputs: ["udp"] });
    const { connection, opened, told, end } = open(server.ports.udp);
    await opened;
    expect(connection.send(7, Buffer.alloc(70_000, "x"))).toBe(true);
    expect(connection.send(8, numberedMessage(8))).toBe(true);
    await until("both are settled", () => told.includes("settled 8"));
    expect(told).toEqual([
      "resolved",
      "refused 7: it is too long for a datagram",
      "settled 7",
      "settled 8",
    ]);
    await connection.close(1000);
    expect(end()!.reason).toBe("ended");
  });
});
