import { execFileSync } from "node:child_process";
import { chmodSync, readFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { Place } from "./import-place.ts";
import { denialLines } from "./log-lines.ts";
import { needs, programMissing } from "./machine.ts";
import { NotifySocket } from "./notify-socket.ts";
import { type Running, startDenyscope } from "./program.ts";

const unit = fileURLToPath(new URL("../../deploy/systemd/denyscope.service", import.meta.url));
const WATCHDOG_MS = 600;
const missing = ["systemd-notify", "python3"]
  .map(programMissing)
  .find((name) => name !== undefined);
const noAnalyzer = programMissing("systemd-analyze");

function startService(place: Place, socket: NotifySocket, ...more: readonly string[]): Running {
  const through = ["env", `NOTIFY_SOCKET=${socket.path}`, `WATCHDOG_USEC=${WATCHDOG_MS * 1000}`];
  const command = ["agent", place.path("syslog"), "--db", place.path("db")];
  return startDenyscope(command, { through: [...through, ...more] });
}

needs("systemd-notify", missing);

describe.skipIf(missing !== undefined)("as a service of systemd", () => {
  test("the agent says when it is ready, that it lives, reloads and stops", async () => {
    using place = new Place();
    using socket = await NotifySocket.listen(place.path("notify"));
    await using agent = startService(place, socket);
    await socket.hears(`STATUS=waiting for ${place.path("syslog")}: it does not exist`);
    await socket.hears("WATCHDOG=1");
    expect(socket.messages.join(), "it has nothing to read").not.toContain("READY=1");

    place.write("syslog", denialLines({ lines: 10 }));
    await socket.hears("STATUS=following READY=1");
    for (let n = 0; n < 3; n++) await socket.hears("WATCHDOG=1", socket.messages.length);

    const before = socket.messages.length;
    agent.signal("SIGHUP");
    await socket.hears("RELOADING=1", before);
    await socket.hears("READY=1", before);
    const reloading = socket.messages.slice(before).join();
    expect(reloading).toMatch(/RELOADING=1.*READY=1/);

    expect((await agent.end("SIGTERM")).status).toBe(0);
    // It lives until it has stopped.
    const states = socket.messages.filter((message) => message !== "WATCHDOG=1");
    expect(states.at(-1)).toBe("STOPPING=1");
    expect(socket.messages.filter((message) => message.includes("READY=1"))).toHaveLength(2);
  });

  test("the agent says nothing while it hangs, and goes on when it does", async () => {
    using place = new Place();
    using socket = await NotifySocket.listen(place.path("notify"));
    place.write("syslog", denialLines({ lines: 10 }));
    await using agent = startService(place, socket);
    await socket.hears("WATCHDOG=1");
    agent.signal("SIGSTOP");
    await sleep(WATCHDOG_MS);
    const before = socket.messages.length;
    await sleep(8 * WATCHDOG_MS);
    expect(socket.messages.length).toBe(before);
    agent.signal("SIGCONT");
    await socket.hears("WATCHDOG=1", before);
    expect((await agent.end("SIGTERM")).status).toBe(0);
  });

  test("the agent counts although nobody hears it, and says so once", async () => {
    using place = new Place();
    using socket = await NotifySocket.listen(place.path("notify"));
    rmSync(socket.path);
    place.write("syslog", denialLines({ lines: 10 }));
    const startedAt = Date.now();
    await using agent = startService(place, socket);
    await agent.says("Cannot tell systemd how the agent is");
    await sleep(8 * WATCHDOG_MS);
    const { status, stderr } = await agent.end("SIGTERM");
    expect(status).toBe(0);
    // Once a minute, and what was left out until the end.
    const minutes = Math.ceil((Date.now() - startedAt) / 60_000);
    expect(stderr.split("Cannot tell systemd").length - 1).toBeLessThanOrEqual(1 + minutes);
    expect(stderr).toMatch(/"leftOut":\d+/);
  });

  test("what fails while the agent ends is not told once more", async () => {
    using place = new Place();
    using socket = await NotifySocket.listen(place.path("notify"));
    place.write("syslog", denialLines({ lines: 10 }));
    // One is nearly always under way.
    const slow = "#!/bin/sh\n/bin/sleep 0.18\nexit 1\n";
    chmodSync(place.write("systemd-notify", [slow]), 0o755);
    await using agent = startService(place, socket, `PATH=${place.path(".")}`);
    await agent.says("Cannot tell systemd how the agent is");
    await sleep(2 * WATCHDOG_MS);
    const { status, stderr } = await agent.end("SIGTERM");
    expect(status).toBe(0);
    expect(stderr.split("Cannot tell systemd").length - 1, "the first, and what was left out").toBe(
      2,
    );
  });

  test("a program that is not there is named", async () => {
    using place = new Place();
    using socket = await NotifySocket.listen(place.path("notify"));
    place.write("syslog", denialLines({ lines: 10 }));
    await using agent = startService(place, socket, "PATH=/nowhere");
    await agent.says("systemd-notify ENOENT");
    expect((await agent.end("SIGTERM")).status).toBe(0);
  });
});

needs("systemd-analyze", noAnalyzer);

test.skipIf(noAnalyzer !== undefined)("the unit is one that systemd takes", () => {
  expect(execFileSync("systemd-analyze", ["verify", unit], { encoding: "utf8" })).toBe("");
  const text = readFileSync(unit, "utf8");
  for (const line of ["Type=notify", "NotifyAccess=all", "ProtectSystem=strict"]) {
    expect(text).toContain(`\n${line}\n`);
  }
});
