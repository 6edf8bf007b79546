import type { Environment } from "./load.ts";
import { MICROS_PER_MS } from "../model/time-unit.ts";

/** The service manager that started the program, and what it wants to be told. */
export type Supervisor = {
  readonly notifySocket: string;
  /** Without a message in this time it takes the service for dead. */
  readonly watchdogMs: number | undefined;
  /** Where its programs are. */
  readonly path: string | undefined;
};

/** What systemd says in the environment; undefined where it does not wait for messages. */
export function supervisorOf(environment: Environment, pid: number): Supervisor | undefined {
  const { NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID, PATH } = environment;
  if (NOTIFY_SOCKET === undefined || NOTIFY_SOCKET === "") return undefined;
  const isOurs = WATCHDOG_PID === undefined || WATCHDOG_PID === String(pid);
  const micros = Number(WATCHDOG_USEC);
  const watchdogMs = isOurs && micros > 0 ? micros / MICROS_PER_MS : undefined;
  return { notifySocket: NOTIFY_SOCKET, watchdogMs, path: PATH };
}
