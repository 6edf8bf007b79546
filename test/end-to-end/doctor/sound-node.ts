import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { kernelRule } from "../../../src/doctor/checks/origin.ts";
import { Place } from "../import-place.ts";
import { type Keeper, startKeeper } from "../lab/keeper.ts";
import { configurationName } from "../lab/rsyslog-configuration.ts";
import { run } from "../lab/run.ts";
import { type Running, startDenyscope } from "../program.ts";
import { untilCommitted } from "../queries.ts";

const WAIT_MS_MAX = 30_000;
/** Packets to it are denied. */
export const PORT = 9;
export const chain = "cali-pi-log-denied";

/**
 * A node on which all is well: a network namespace with an interface of a pod and LOG rules that
 * packets reach, an rsyslogd that writes what the kernel itself wrote, and an agent that counts it.
 */
export class SoundNode implements AsyncDisposable {
  /** What rsyslogd writes the kernel's lines to. */
  readonly log: string;
  /** What it would write to, were there anything: a log without denials. */
  readonly quietLog: string;
  /** What it writes all messages to, whoever sent them. */
  readonly mixedLog: string;
  /** What the rule that doctor prints makes of them. */
  readonly provenLog: string;
  /** What any process may send messages to. */
  readonly socket: string;
  readonly database: string;
  readonly place = new Place();
  readonly #namespaces = `denyscope-doctor-${process.pid}`;
  #keeper: Keeper | undefined;
  #agent: Running | undefined;

  private constructor() {
    chmodSync(this.place.path("."), 0o755);
    this.log = this.place.path("syslog");
    this.quietLog = this.place.path("quiet");
    this.mixedLog = this.place.path("mixed");
    this.provenLog = this.place.path("proven");
    this.socket = this.place.path("log.sock");
    this.database = this.place.path("denyscope.db");
  }

  static async start(): Promise<SoundNode> {
    const node = new SoundNode();
    const configuration = node.place.path(configurationName);
    writeFileSync(configuration, node.#configuration());
    const pidFile = node.place.path("rsyslogd.pid");
    const namespaces = node.#namespaces;
    node.#keeper = await startKeeper({ namespaces, configuration, pidFile });
    await node.addNamespace("node", ["-p", "udp", "--dport", `${PORT}`]);
    await node.deny();
    await node.#startAgent();
    return node;
  }

  /** A command that runs another in one of the node's network namespaces. */
  inside(name = "node"): readonly string[] {
    return ["ip", "netns", "exec", `${this.#namespaces}-${name}`];
  }

  /** One with an interface of a pod, and LOG rules for packets that match, if any is to be. */
  async addNamespace(name: string, match?: readonly string[], tool = "iptables"): Promise<void> {
    const namespace = `${this.#namespaces}-${name}`;
    await run("ip", ["netns", "add", namespace]);
    await run("ip", ["-n", namespace, "link", "set", "lo", "up"]);
    const pair = ["link", "add", "cali0123456789a", "type", "veth", "peer", "name", "eth0"];
    await run("ip", ["-n", namespace, ...pair]);
    if (match === undefined) return;
    const inside = (...words: readonly string[]) => this.run(name, ...words);
    await inside(tool, "-N", chain);
    await inside(tool, "-A", "OUTPUT", ...match, "-j", chain);
    await inside(tool, "-A", chain, ...logWith("calico-packet: "));
  }

  async run(name: string, ...command: readonly string[]): Promise<string> {
    const [program = "", ...words] = [...this.inside(name), ...command];
    return await run(program, words);
  }

  /** Sends packets that the rules log, and waits until rsyslogd has written such lines. */
  async deny(name = "node"): Promise<void> {
    const deadline = Date.now() + WAIT_MS_MAX;
    const send = `for i in 1 2 3; do echo x > /dev/udp/127.0.0.1/${PORT}; done`;
    do {
      if (Date.now() > deadline) throw new Error(`no line came to ${this.log}`);
      await this.run(name, "bash", "-c", send);
      await sleep(100);
    } while (!existsSync(this.log) || !this.#hasLines());
  }

  /** The log without denials, made now: what the kernel wrote before need not be in it. */
  newQuietLog(lines: readonly string[]): string {
    rmSync(this.quietLog, { force: true });
    writeFileSync(this.quietLog, lines.join(""));
    return this.quietLog;
  }

  /** Waits until somebody has written a file. */
  async isThere(path: string): Promise<void> {
    for (const deadline = Date.now() + WAIT_MS_MAX; !existsSync(path); await sleep(50)) {
      if (Date.now() > deadline) throw new Error(`nobody has written ${path}`);
    }
  }

  /** The log as it is now, under a name that no daemon knows. */
  copy(name: string): string {
    const path = this.place.path(name);
    copyFileSync(this.log, path);
    return path;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#agent?.[Symbol.asyncDispose]();
    await this.#keeper?.stop();
    this.place[Symbol.dispose]();
  }

  async #startAgent(): Promise<void> {
    const args = ["agent", this.log, "--db", this.database];
    this.#agent = startDenyscope(args, { isShared: true });
    await this.#agent.says("Following a log");
    await untilCommitted(this.database);
  }

  #hasLines(): boolean {
    return execFileSync("tail", ["-n", "100", this.log]).includes(`DPT=${PORT}`);
  }

  #configuration(): string {
    const write = (condition: string, file: string) =>
      `if ${condition} then action(type="omfile" file="${file}" fileCreateMode="0644"` +
      ' template="RSYSLOG_FileFormat" asyncWriting="off" flushOnTXEnd="on")';
    return [
      'module(load="imklog" ratelimitInterval="0")',
      'module(load="imuxsock" sysSock.use="off")',
      `input(type="imuxsock" socket="${this.socket}")`,
      `global(workDirectory="${this.place.path(".")}" localHostname="worker-1")`,
      write('$inputname == "imklog"', this.log),
      write('$inputname == "imklog" and $msg contains "never said"', this.quietLog),
      `*.* ${this.mixedLog}`,
      kernelRule(this.provenLog),
      "",
    ].join("\n");
  }
}

/** The end of a rule, as Felix writes it. */
export function logWith(prefix: string): readonly string[] {
  return ["-j", "LOG", "--log-prefix", prefix, "--log-level", "5"];
}
