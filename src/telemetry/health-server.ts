import { createRequire } from "node:module";
import type * as Http from "node:http";
import type { AddressInfo } from "node:net";
import type { ListenAddress } from "../config/listen-address.ts";

const HEADER_BYTES_MAX = 8 * 1024;
const REQUEST_MS_MAX = 5000;
const IDLE_MS_MAX = 30_000;
const CONNECTIONS_MAX = 32;

/** An import of all that node:http exports loads a WebSocket client, which takes 13 MiB. */
const { createServer } = createRequire(import.meta.url)("node:http") as typeof Http;

export type Answer = { readonly status: number; readonly type: string; readonly body: string };

/** What each path answers; there is nothing else. */
export type Routes = ReadonlyMap<string, () => Answer | Promise<Answer>>;

/** The agent's one HTTP port. */
export class HealthServer implements AsyncDisposable {
  /** HOST:PORT, as it is. */
  readonly address: string;
  readonly #server: Http.Server;

  private constructor(server: Http.Server) {
    const { address, port } = server.address() as AddressInfo;
    this.address = placeOf({ host: address, port });
    this.#server = server;
  }

  /** @throws Error with one line for people when it cannot listen there. */
  static async listen(address: ListenAddress, routes: Routes): Promise<HealthServer> {
    const server = createServer(
      {
        maxHeaderSize: HEADER_BYTES_MAX,
        headersTimeout: REQUEST_MS_MAX,
        requestTimeout: REQUEST_MS_MAX,
        keepAliveTimeout: IDLE_MS_MAX,
      },
      (request, response) => {
        answer(request, routes).then(
          ({ status, type, body }) => {
            // Nobody is expected to send a body, so nobody's is waited for.
            const close = request.method === "GET" || request.method === "HEAD" ? {} : closing;
            response.writeHead(status, { ...headersOf(type, body), ...close }).end(body);
          },
          () => response.destroy(),
        );
      },
    );
    server.maxConnections = CONNECTIONS_MAX;
    await new Promise<void>((resolve, reject) => {
      server.once("error", (error) => reject(explain(error, address)));
      server.listen({ ...address, exclusive: true }, resolve);
    });
    server.removeAllListeners("error");
    return new HealthServer(server);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }
}

const closing = { Connection: "close", Allow: "GET, HEAD" };
const notFound = { status: 404, type: "text/plain", body: "Not found\n" };
const notAllowed = { status: 405, type: "text/plain", body: "Only GET and HEAD\n" };

async function answer({ method, url = "" }: Http.IncomingMessage, routes: Routes): Promise<Answer> {
  if (method !== "GET" && method !== "HEAD") return notAllowed;
  const [path = ""] = url.split("?", 1);
  return (await routes.get(path)?.()) ?? notFound;
}

function headersOf(type: string, body: string): Http.OutgoingHttpHeaders {
  return {
    "Content-Type": type,
    "Content-Length": Buffer.byteLength(body),
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
  };
}

function placeOf({ host, port }: ListenAddress): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

function explain(error: NodeJS.ErrnoException, address: ListenAddress): Error {
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: "another program has this port",
    EACCES: "this user may not listen there",
    EADDRNOTAVAIL: "this machine does not have the address",
    ENOTFOUND: "no such host is known",
  };
  const reason = reasons[error.code ?? ""] ?? error.message;
  return new Error(
    `Cannot listen on "${placeOf(address)}": ${reason}; name another with --listen HOST:PORT, ` +
      "or none",
    { cause: error },
  );
}
