import { connect, type Socket } from "node:net";
import type { Failure } from "./failure.ts";
import { connectFailure } from "./socket-failure.ts";
import { socketReady } from "./socket-ready.ts";
import type { TransportLimits } from "./transport-settings.ts";

/**
 * Connects to one address. Frames are gathered before they are written, so the kernel need not wait
 * for more; the side of this program stays open when the server closes its own.
 */
export async function dialTcp(
  address: string,
  port: number,
  { connectMsMax, keepAliveMs }: TransportLimits,
  signal: AbortSignal,
): Promise<Socket | Failure> {
  const socket = connect({
    host: address,
    port,
    signal,
    allowHalfOpen: true,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: keepAliveMs,
  });
  const error = await socketReady(socket, "connect", connectMsMax);
  return error === undefined ? socket : connectFailure(error);
}
