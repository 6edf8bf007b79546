import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer, type ListenOptions, type Server } from "node:net";

/**
 * Below those that Linux gives to connections and to servers that want any (ip_local_port_range):
 * between the look and the start of a server, other tests ask for thousands of these.
 */
const FIRST = 20_000;
const COUNT = 12_000;

/** A port of this machine that nobody listens on; a server may come back to it. */
export async function freePort(): Promise<number> {
  while (true) {
    const port = FIRST + randomInt(COUNT);
    // It is this process's as long as that lives, for tests beside it look for ports, too.
    const claim = await listening({ path: `\0denyscope-test-port-${port}` });
    if (claim === undefined) continue;
    claim.unref();
    const server = await listening({ port, host: "127.0.0.1" });
    if (server === undefined) continue;
    server.close();
    await once(server, "close");
    return port;
  }
}

/** Undefined where somebody listens already. */
async function listening(options: ListenOptions): Promise<Server | undefined> {
  const server = createServer().listen(options);
  try {
    await once(server, "listening");
    return server;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") return undefined;
    throw error;
  }
}
