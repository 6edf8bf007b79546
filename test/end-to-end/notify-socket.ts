import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";

const WAIT_MS_MAX = 30_000;

/** systemd's side of the socket: Node has no datagram sockets of the Unix domain. */
const listener = `
import socket, sys
listening = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
listening.bind(sys.argv[1])
print("bound", flush=True)
while True:
    print(listening.recv(4096).decode().strip().replace("\\n", " "), flush=True)
`;

/** What a service says to a socket, as a service manager hears it; disposing closes it. */
export class NotifySocket implements Disposable {
  readonly path: string;
  readonly #child;
  #heard = "";

  private constructor(path: string) {
    this.path = path;
    this.#child = spawn("python3", ["-c", listener, path], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.#child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      this.#heard += chunk;
    });
  }

  static async listen(path: string): Promise<NotifySocket> {
    const socket = new NotifySocket(path);
    await once(socket.#child.stdout, "data");
    return socket;
  }

  /** Messages so far, in their order. */
  get messages(): readonly string[] {
    const lines = this.#heard.split("\n").slice(1, -1);
    // systemd-notify waits with it until the others are read.
    return lines.filter((line) => line !== "BARRIER=1");
  }

  /** Waits for a message that holds the text, the first one after so many. */
  async hears(text: string, after = 0): Promise<void> {
    const deadline = Date.now() + WAIT_MS_MAX;
    while (!this.messages.slice(after).some((message) => message.includes(text))) {
      assert(Date.now() < deadline, `nobody said "${text}": ${this.messages.join(", ")}`);
      await sleep(20);
    }
  }

  [Symbol.dispose](): void {
    this.#child.kill("SIGKILL");
  }
}
