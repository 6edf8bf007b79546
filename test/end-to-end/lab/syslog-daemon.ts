import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const START_MS_MAX = 10_000;
const PRIORITY = "<4>";
const programEnvironment = { PATH: process.env["PATH"], TZ: "UTC", LANG: "C.UTF-8" };

/** An rsyslogd of one's own: what comes over its connection goes to one file. */
export class SyslogDaemon implements AsyncDisposable {
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  readonly #socket: Socket;

  private constructor(child: ChildProcess, socket: Socket) {
    this.pid = child.pid!;
    this.#child = child;
    this.#ended = once(child, "close");
    this.#socket = socket;
  }

  /** More than one may run: each has a folder for what belongs to it. */
  static async start(folder: string, logFile: string): Promise<SyslogDaemon> {
    const [configuration, port] = [join(folder, "rsyslog.conf"), join(folder, "port")];
    writeFileSync(
      configuration,
      [
        'module(load="imtcp")',
        `global(workDirectory="${folder}")`,
        `input(type="imtcp" address="127.0.0.1" port="0" listenPortFileName="${port}")`,
        `action(type="omfile" file="${logFile}" template="RSYSLOG_FileFormat")`,
        "",
      ].join("\n"),
    );
    const child = spawn("rsyslogd", ["-n", "-i", join(folder, "pid"), "-f", configuration], {
      stdio: "ignore",
      env: programEnvironment,
    });
    const deadline = Date.now() + START_MS_MAX;
    while (!existsSync(port) || readFileSync(port, "utf8") === "") {
      if (Date.now() > deadline) throw new Error("rsyslogd does not start");
      await sleep(20);
    }
    const socket = connect(Number(readFileSync(port, "utf8")), "127.0.0.1");
    await once(socket, "connect");
    return new SyslogDaemon(child, socket);
  }

  /** Lines with their ends; waits while rsyslogd takes no more. */
  async send(lines: string): Promise<void> {
    if (this.#socket.write(lines.replaceAll(/^/gm, PRIORITY).slice(0, -PRIORITY.length))) return;
    await once(this.#socket, "drain");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.destroy();
    this.#child.kill("SIGTERM");
    await this.#ended;
  }
}
