import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer, type Server, type TlsOptions } from "node:tls";
import { until } from "./until.ts";

/** A TLS server that keeps account of every byte that it was sent behind a handshake. */
export class TlsRecorder implements AsyncDisposable {
  connections = 0;
  bytes = 0;
  /** Connections that were ended in good order: OpenSSL makes an error of any other end. */
  ends = 0;
  readonly errors: string[] = [];
  /** What clients asked for (SNI); false where they did not say. */
  readonly names: (string | false)[] = [];
  readonly #server: Server;
  #closed = 0;

  private constructor(options: TlsOptions) {
    this.#server = createServer(options, (socket) => {
      this.names.push(socket.servername as string | false);
      socket.on("data", (chunk) => {
        this.bytes += chunk.length;
      });
      socket.on("end", () => this.ends++);
      socket.on("error", (error) => this.errors.push(error.message));
    });
    this.#server.on("connection", (socket) => {
      this.connections++;
      socket.on("close", () => this.#closed++);
    });
    this.#server.on("tlsClientError", (error) => this.errors.push(error.message));
  }

  static async listen(options: TlsOptions): Promise<TlsRecorder> {
    const recorder = new TlsRecorder(options);
    recorder.#server.listen(0, "127.0.0.1");
    await once(recorder.#server, "listening");
    return recorder;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Waits until every connection has been closed, and with it all that came has been read. */
  async quiet(): Promise<void> {
    await until("all connections closed", () => this.#closed === this.connections);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
