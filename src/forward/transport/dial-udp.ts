import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { isIPv6 } from "node:net";
import type { Failure } from "./failure.ts";
import { connectFailure } from "./socket-failure.ts";

/** A socket for one address only, so that it hears when nothing listens there. */
export async function dialUdp(address: string, port: number): Promise<Socket | Failure> {
  const socket = createSocket(isIPv6(address) ? "udp6" : "udp4");
  // Nothing is sent yet, so that this waits for nobody.
  socket.connect(port, address);
  try {
    await once(socket, "connect");
  } catch (error) {
    socket.close();
    return connectFailure(error as Error);
  }
  socket.on("error", () => undefined);
  return socket;
}
