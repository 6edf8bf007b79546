import { expect, test } from "vitest";
import { supervisorOf } from "../../src/config/supervisor.ts";

const NOTIFY_SOCKET = "/run/systemd/notify";
const PATH = "/usr/bin";
const PID = 12;

test.each([
  [{}, undefined],
  [{ NOTIFY_SOCKET: "", WATCHDOG_USEC: "1000000" }, undefined],
  [{ NOTIFY_SOCKET }, undefined],
  [{ NOTIFY_SOCKET, WATCHDOG_USEC: "30000000" }, 30_000],
  [{ NOTIFY_SOCKET, WATCHDOG_USEC: "30000000", WATCHDOG_PID: "12" }, 30_000],
  [{ NOTIFY_SOCKET, WATCHDOG_USEC: "30000000", WATCHDOG_PID: "13" }, undefined],
  [{ NOTIFY_SOCKET, WATCHDOG_USEC: "soon" }, undefined],
])("supervisorOf(%j) wants a sign of life every %s ms", (environment, watchdogMs) => {
  const supervisor = supervisorOf({ ...environment, PATH }, PID);
  expect(supervisor?.watchdogMs).toBe(watchdogMs);
});

test("supervisorOf() is undefined where nobody waits for messages", () => {
  expect(supervisorOf({ PATH, WATCHDOG_USEC: "30000000" }, PID)).toBeUndefined();
  expect(supervisorOf({ PATH, NOTIFY_SOCKET }, PID)).toEqual({
    notifySocket: NOTIFY_SOCKET,
    watchdogMs: undefined,
    path: PATH,
  });
});
