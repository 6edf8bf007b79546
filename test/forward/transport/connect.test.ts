import { execFile } from "node:child_process";
import type { Socket } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { connect } from "../../../src/forward/transport/connect.ts";
import type { ConnectionEvents } from "../../../src/forward/transport/connection.ts";
import { needs, programMissing } from "../../end-to-end/machine.ts";
import { TemporaryFolder } from "../../follow/temporary-folder.ts";
import { freePort } from "../servers/free-port.ts";
import { ScriptedServer } from "../servers/scripted-server.ts";
import { type Attempt, attempt } from "./attempt.ts";
import { settingsFor } from "./delivery.ts";

const program = fileURLToPath(new URL("connect-once.ts", import.meta.url));
const missing = mountMissing();

const good = (socket: Socket) => {
  socket.resume();
  socket.on("end", () => socket.end());
};

test("connect() says what it reaches, step by step", async () => {
  await using server = await ScriptedServer.listen(good);
  const { port } = server;
  expect(await attempt(settingsFor("tcp", port))).toEqual({
    steps: [
      { step: "resolved", addresses: ["127.0.0.1"] },
      { step: "connected", address: "127.0.0.1", port },
    ],
    opened: { address: "127.0.0.1", port },
    refused: [],
    settled: 0,
    end: { reason: "ended", text: `Closed the connection to "tcp://127.0.0.1:${port}"` },
  });
});

test.for(["tcp", "tls", "relp"] as const)(
  "connect() says that nothing listens: %s",
  async (transport) => {
    const port = await freePort();
    const failure = { reason: "connect-refused", why: "nothing listens there" };
    expect(await attempt(settingsFor(transport, port))).toMatchObject({
      steps: [{ step: "resolved" }, { step: "failed", address: "127.0.0.1", ...failure }],
      opened: undefined,
      end: {
        reason: "connect-refused",
        text:
          `Cannot connect to "${transport}://127.0.0.1:${port}": ` +
          "127.0.0.1: nothing listens there",
      },
    });
  },
);

test("connect() says that there is no such socket", async () => {
  using folder = new TemporaryFolder();
  const path = join(folder.path, "socket");
  const { end } = await attempt(settingsFor("unix", { path }));
  expect(end).toEqual({
    reason: "connect-refused",
    text: `Cannot connect to "unix:${path}": there is no such socket`,
  });
});

test("connect() says that a name is not known", async () => {
  // RFC 6761 section 6.4: there never is such a name. Without a network, nobody can say so.
  const { end } = await attempt(settingsFor("tcp", { host: "logs.invalid", port: 514 }));
  expect(end.reason).toBe("resolve-failed");
  expect(end.text).toMatch(
    /^Cannot connect to "tcp:\/\/logs\.invalid:514": (no such host is known|.*EAI_AGAIN.*)$/,
  );
});

test("close() of a connection that is being made ends it, and tells so once", async () => {
  const ends: string[] = [];
  const connection = connect(settingsFor("tcp", await freePort()), {
    ...silent,
    closed: ({ reason }) => ends.push(reason),
  });
  await Promise.all([connection.close(1000), connection.close(1000)]);
  await connection.close(1000);
  expect(ends).toEqual(["ended"]);
});

test.for(["tcp", "relp", "udp"] as const)(
  "destroy() at any moment is silent: %s",
  async (transport) => {
    await using server = await ScriptedServer.listen(good);
    for (const afterMs of [0, 1, 2, 5, 20]) {
      let destroyed = false;
      const late: string[] = [];
      const note = (what: string) => {
        if (destroyed) late.push(what);
      };
      const connection = connect(settingsFor(transport, server.port), {
        reached: ({ step }) => note(step),
        opened: () => note("opened"),
        roomy: () => note("roomy"),
        refused: () => note("refused"),
        settled: () => note("settled"),
        closed: () => note("closed"),
      });
      await new Promise((resolve) => setTimeout(resolve, afterMs));
      connection.destroy();
      destroyed = true;
      expect(connection.send(0, Buffer.from("x"))).toBe(false);
      await connection.close(1000);
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(late).toEqual([]);
    }
  },
);

needs("a list of hosts of its own", missing);

describe.skipIf(missing !== undefined)("a name with several addresses", () => {
  test.for<[what: string, addresses: readonly string[], steps: readonly string[]]>([
    ["the first", ["127.0.0.1", "127.0.0.2"], ["resolved", "connected"]],
    ["the second", ["::1", "127.0.0.1"], ["resolved", "failed", "connected"]],
    ["none", ["127.0.0.2", "127.0.0.3"], ["resolved", "failed", "failed"]],
  ])("connect() takes %s of them", async ([, addresses, steps]) => {
    using folder = new TemporaryFolder();
    const hosts = folder.write("hosts", addresses.map((one) => `${one} many.test\n`).join(""));
    await using server = await ScriptedServer.listen(good);
    const mounted = `mount --bind ${hosts} /etc/hosts && exec "$@"`;
    const command = [process.execPath, program, "many.test", String(server.port)];
    const run = promisify(execFile);
    const { stdout } = await run("unshare", ["--mount", "sh", "-c", mounted, "sh", ...command]);
    const found = JSON.parse(stdout) as Attempt;
    expect(found.steps.map(({ step }) => step)).toEqual(steps);
    expect(found.steps[0]).toEqual({ step: "resolved", addresses });
    const refused = "nothing listens there";
    if (steps.includes("connected")) expect(found.end.reason).toBe("ended");
    else expect(found.end.text).toContain(`: 127.0.0.2: ${refused}; 127.0.0.3: ${refused}`);
  });
});

const silent: ConnectionEvents = {
  reached: () => undefined,
  opened: () => undefined,
  roomy: () => undefined,
  refused: () => undefined,
  settled: () => undefined,
  closed: () => undefined,
};

function mountMissing(): string | undefined {
  if (process.getuid?.() !== 0) return "A mount namespace needs root.";
  return ["unshare", "mount"].map(programMissing).find((name) => name !== undefined);
}
