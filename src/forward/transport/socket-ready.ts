import type { Socket } from "node:net";

/**
 * Waits until a socket has what it is there for; what went wrong otherwise, and then it is
 * destroyed. So it is by an error that comes before its user listens, who asks `missedFailure`: a
 * TLS socket would tell of some errors by the event alone.
 */
export function socketReady(
  socket: Socket,
  event: "connect" | "secureConnect",
  msMax: number,
): Promise<Error | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => fail(new SocketTimeout()), msMax);
    const ready = () => settle(undefined);
    const closed = () => fail(new Error("it was closed"));
    const fail = (error: Error) => {
      settle(error);
      socket.destroy();
    };
    const settle = (error: Error | undefined) => {
      clearTimeout(timer);
      socket.off(event, ready).off("error", fail).off("close", closed);
      resolve(error);
    };
    socket.on("error", (error) => socket.destroy(error));
    socket.on(event, ready).on("error", fail).on("close", closed);
  });
}

/** What a socket should do did not happen in time. */
export class SocketTimeout extends Error {
  override name = "SocketTimeout";
  readonly code = "ETIMEDOUT";
}
