import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";

/** A server that does with each connection what a test says, however badly. */
export class ScriptedServer implements AsyncDisposable {
  readonly sockets: Socket[] = [];
  readonly #server: Server;

  private constructor(script: (socket: Socket) => void) {
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      this.sockets.push(socket);
      socket.on("error", () => undefined);
      script(socket);
    });
  }

  /** On a port of this machine, or on the path of a socket. */
  static async listen(script: (socket: Socket) => void, path?: string): Promise<ScriptedServer> {
    const server = new ScriptedServer(script);
    if (path === undefined) server.#server.listen(0, "127.0.0.1");
    else server.#server.listen(path);
    await once(server.#server, "listening");
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
