import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { until } from "./until.ts";

/** A program as it is started, and how one sees that it serves. */
export type ServerCommand = {
  readonly program: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Ports of this machine on which it listens, and paths of its sockets. */
  readonly tcpPorts: readonly number[];
  readonly udpPorts: readonly number[];
  readonly paths: readonly string[];
  /** Where it writes what it was sent, one message a line. */
  readonly storedIn: string;
};

/** All of it is read each time. */
const STORED_LOOK_MS = 100;
const LISTEN = "0A";
const UNCONNECTED = "07";
/** `__SO_ACCEPTCON` of Linux's include/linux/net.h. */
const ACCEPTS_CONNECTIONS = "00010000";

/** A syslog server of one's own, that can be killed, stopped and started again. */
export class ServerProcess implements AsyncDisposable {
  readonly #command: ServerCommand;
  #child: ChildProcess;
  #output = "";

  private constructor(command: ServerCommand) {
    this.#command = command;
    this.#child = this.#spawn();
  }

  static async start(command: ServerCommand): Promise<ServerProcess> {
    const server = new ServerProcess(command);
    await server.#untilItListens();
    return server;
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** What it wrote to its standard output and error. */
  get output(): string {
    return this.#output;
  }

  /** What it has stored: one message a line. */
  stored(): string[] {
    if (!existsSync(this.#command.storedIn)) return [];
    const text = readFileSync(this.#command.storedIn, "utf8");
    return text.split("\n").slice(0, -1);
  }

  /** Waits until it has stored so many messages. */
  async storedAll(count: number): Promise<void> {
    const isSo = () => this.stored().length >= count;
    await until(`${count} messages stored`, isSo, STORED_LOOK_MS);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, "exit");
    this.#child.kill(signal);
    // A stopped one would not hear of it.
    if (signal !== "SIGKILL") this.#child.kill("SIGCONT");
    await exited;
  }

  /** After `end`, on the same ports. */
  async startAgain(): Promise<void> {
    this.#child = this.#spawn();
    await this.#untilItListens();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end("SIGKILL");
  }

  #spawn(): ChildProcess {
    const { program, args, environment, paths } = this.#command;
    for (const path of paths) rmSync(path, { force: true });
    const child = spawn(program, args, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { PATH: process.env["PATH"], LANG: "C.UTF-8", TZ: "UTC", ...environment },
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        this.#output += text;
      });
    }
    return child;
  }

  async #untilItListens(): Promise<void> {
    const { tcpPorts, udpPorts, paths, program } = this.#command;
    await until(`${program} listens`, () => {
      if (this.#child.exitCode !== null) throw new Error(`${program} ended: ${this.#output}`);
      return (
        tcpPorts.every((port) => hasSocket("tcp", port, LISTEN)) &&
        udpPorts.every((port) => hasSocket("udp", port, UNCONNECTED)) &&
        paths.every(hasListener)
      );
    });
  }
}

/** A socket has its path from `bind` on, but refuses connections until `listen`. */
function hasListener(path: string): boolean {
  const sockets = readFileSync("/proc/net/unix", "utf8").split("\n");
  return sockets.some((socket) => {
    return socket.includes(` ${ACCEPTS_CONNECTIONS} `) && socket.endsWith(` ${path}`);
  });
}

function hasSocket(table: "tcp" | "udp", port: number, state: string): boolean {
  const end = port.toString(16).toUpperCase().padStart(4, "0");
  const line = new RegExp(`^ *\\d+: [0-9A-F]+:${end} [0-9A-F]+:0000 ${state} `, "m");
  return [table, `${table}6`].some((name) => line.test(readFileSync(`/proc/net/${name}`, "utf8")));
}
