import type { Socket } from "node:net";
import type { Failure } from "./failure.ts";
import { tlsFailure } from "./tls-failure.ts";

type SystemError = { readonly code?: string | undefined; readonly message: string };

const connectFailures: Readonly<Record<string, Failure>> = {
  ECONNREFUSED: { reason: "connect-refused", why: "nothing listens there" },
  ENOENT: { reason: "connect-refused", why: "there is no such socket" },
  ETIMEDOUT: { reason: "connect-timeout", why: "nobody answers" },
  EHOSTUNREACH: { reason: "connect-failed", why: "there is no way to this host" },
  ENETUNREACH: { reason: "connect-failed", why: "there is no way to this network" },
  EACCES: { reason: "connect-failed", why: "this user may not connect there" },
  EPERM: { reason: "connect-failed", why: "a rule of this machine forbids it" },
};

/** Why there is no connection. */
export function connectFailure({ code = "", message }: SystemError): Failure {
  return connectFailures[code] ?? { reason: "connect-failed", why: message };
}

const breakFailures: Readonly<Record<string, Failure>> = {
  ECONNRESET: { reason: "reset", why: "the connection was reset" },
  EPIPE: { reason: "reset", why: "the connection was reset" },
  ETIMEDOUT: { reason: "stalled", why: "its machine does not answer any more" },
  EHOSTUNREACH: { reason: "stalled", why: "there is no way to this host any more" },
  ENETUNREACH: { reason: "stalled", why: "there is no way to this network any more" },
};

/** Why a connection that was there is not any more. */
export function breakFailure(error: SystemError): Failure {
  const { code = "", message } = error;
  if (/^ERR_(SSL|TLS)_/.test(code)) return tlsFailure(error);
  return breakFailures[code] ?? { reason: "reset", why: message };
}

/** What has happened to a socket while nobody listened; undefined when it is well. */
export function missedFailure(socket: Socket): Failure | undefined {
  if (socket.errored !== null) return breakFailure(socket.errored);
  if (!socket.destroyed && !socket.readableEnded) return undefined;
  return { reason: "peer-closed", why: "it closed the connection" };
}
