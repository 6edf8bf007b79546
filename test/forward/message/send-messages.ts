import { once } from "node:events";
import { connect } from "node:net";

/** Sends messages by TCP, octet counting (RFC 6587 section 3.4.1). */
export function sendCounted(port: number, messages: readonly Buffer[]): Promise<void> {
  return send(
    port,
    messages.flatMap((message) => [Buffer.from(`${message.length} `), message]),
  );
}

/** Sends messages by TCP, one a line (RFC 6587 section 3.4.2). */
export function sendLines(port: number, messages: readonly Buffer[]): Promise<void> {
  return send(
    port,
    messages.flatMap((message) => [message, Buffer.from("\n")]),
  );
}

async function send(port: number, parts: readonly Buffer[]): Promise<void> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  socket.end(Buffer.concat(parts));
  await once(socket, "close");
}
