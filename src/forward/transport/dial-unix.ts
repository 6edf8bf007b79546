import { connect, type Socket } from "node:net";
import type { Failure } from "./failure.ts";
import { connectFailure } from "./socket-failure.ts";
import { socketReady } from "./socket-ready.ts";
import type { TransportLimits } from "./transport-settings.ts";

/** Connects to a stream socket of this machine. */
export async function dialUnix(
  path: string,
  { connectMsMax }: TransportLimits,
  signal: AbortSignal,
): Promise<Socket | Failure> {
  const socket = connect({ path, signal, allowHalfOpen: true });
  const error = await socketReady(socket, "connect", connectMsMax);
  return error === undefined ? socket : connectFailure(error);
}
