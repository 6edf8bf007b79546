import fc from "fast-check";
import type { Socket } from "node:net";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { TransportSettings } from "../../../src/forward/transport/transport-settings.ts";
import { resendBytesOf } from "../../../src/forward/transport/resend-bytes.ts";
import { TemporaryFolder } from "../../follow/temporary-folder.ts";
import { ScriptedServer } from "../servers/scripted-server.ts";
import { attempt, type AttemptOptions } from "./attempt.ts";
import { settingsFor } from "./delivery.ts";
import { numberedMessage } from "./numbered-messages.ts";

const COUNT = 10;
const FRAME_BYTES = "503 ".length + numberedMessage(0).length;

const good = (socket: Socket) => {
  socket.resume();
  socket.on("end", () => socket.end());
};

describe.for(["tcp", "unix"] as const)("StreamSession over %s", (transport) => {
  async function attemptAt(
    script: (socket: Socket) => void,
    options: AttemptOptions = {},
    others: Partial<TransportSettings> = {},
  ) {
    using folder = new TemporaryFolder();
    const path = transport === "unix" ? join(folder.path, "socket") : undefined;
    await using server = await ScriptedServer.listen(script, path);
    const place = path === undefined ? server.port : { path };
    return await attempt(settingsFor(transport, place, others), { count: COUNT, ...options });
  }

  test("settles all when the server answers the end with its own", async () => {
    const { opened, settled, end } = await attemptAt(good);
    expect(opened!.address).toMatch(transport === "unix" ? /socket$/ : /^127\.0\.0\.1$/);
    expect({ settled, reason: end.reason }).toEqual({ settled: COUNT - 1, reason: "ended" });
    expect(end.text).toMatch(/^Closed the connection to "(tcp|unix):.*"$/);
  });

  test.for<[what: string, script: (socket: Socket) => void, reason: string]>([
    ["closes", (socket) => socket.on("data", () => socket.destroy()), "peer-closed"],
    ["ends its side", (socket) => socket.on("data", () => socket.end()), "peer-closed"],
  ])("settles nothing when the server %s", async ([, script, reason]) => {
    const { settled, end } = await attemptAt(script, { waits: true });
    expect({ settled, reason: end.reason }).toEqual({ settled: -1, reason });
    expect(end.text).toMatch(/^Cannot send to "(tcp|unix):.*": it closed the connection$/);
  });

  test("settles nothing when the server closes without having read all", async () => {
    let wasRead = 0;
    const { settled, end } = await attemptAt(
      (socket) => {
        socket.pause();
        setTimeout(() => {
          wasRead = socket.bytesRead;
          socket.destroy();
        }, 100);
      },
      { count: 300 },
    );
    expect(wasRead).toBeLessThan(300 * FRAME_BYTES);
    expect({ settled, reason: end.reason }).toEqual({ settled: -1, reason: "reset" });
  });

  test("settles nothing when the server does not answer the end", async () => {
    const { settled, end } = await attemptAt((socket) => socket.resume(), { graceMs: 200 });
    expect({ settled, reason: end.reason }).toEqual({ settled: -1, reason: "ended" });
  });

  test("settles what has enough behind it while it goes on", async () => {
    let read = 0;
    const { settled, end } = await attemptAt(
      (socket) => {
        socket.on("data", (chunk) => {
          read += chunk.length;
          if (read === 2000 * FRAME_BYTES) socket.destroy();
        });
      },
      { count: 2000, waits: true },
      { resendBytes: 500 * FRAME_BYTES },
    );
    expect(end.reason).toBe("peer-closed");
    expect(settled).toBeGreaterThan(1000);
    expect(settled).toBeLessThan(1500);
  });

  test("gives up a server that reads nothing, and takes no more than it can hold", async () => {
    const bytesMax = (await resendBytesOf(transport)) + 512 * 1024;
    const count = Math.ceil(bytesMax / FRAME_BYTES);
    const limits = { silenceMsMax: 500, resendBytes: 0 };
    const { settled, end } = await attemptAt((socket) => socket.pause(), { count }, limits);
    expect(end.reason).toBe("stalled");
    expect(end.text).toContain("it has taken nothing for 500 ms");
    expect(settled).toBeLessThan(count - 1);
  });

  test("never settles what a server has not read, whenever it closes", async () => {
    const behaviour = fc.record({
      count: fc.integer({ min: 1, max: 3000 }),
      readsUpTo: fc.integer({ min: 0, max: 3000 * FRAME_BYTES }),
      afterMs: fc.integer({ min: 0, max: 5 }),
    });
    await fc.assert(
      fc.asyncProperty(behaviour, async ({ count, readsUpTo, afterMs }) => {
        let wasRead = 0;
        const { settled } = await attemptAt(
          (socket) => {
            const look = () => {
              wasRead = socket.bytesRead;
            };
            socket.on("data", () => {
              look();
              if (wasRead < readsUpTo) return;
              socket.pause();
              setTimeout(() => {
                look();
                socket.destroy();
              }, afterMs);
            });
            socket.on("end", () => socket.end());
          },
          { count, graceMs: 1000 },
        );
        expect(settled).toBeLessThan(count);
        if (settled >= 0) expect(wasRead).toBe(count * FRAME_BYTES);
      }),
      { numRuns: 100 },
    );
  });
});
