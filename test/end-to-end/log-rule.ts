import { execFileSync, spawnSync } from "node:child_process";

let names = 0;

/** A network namespace of which the kernel logs each UDP packet to one port. */
export class LogRule implements Disposable {
  readonly port: number;
  readonly #name = `denyscope-${process.pid}-${++names}`;

  constructor(port: number) {
    this.port = port;
    run("sysctl", "-q", "net.netfilter.nf_log_all_netns=1");
    run("ip", "netns", "add", this.#name);
    run("ip", "-n", this.#name, "link", "set", "lo", "up");
    const match = ["-p", "udp", "--dport", String(port)];
    const log = ["-j", "LOG", "--log-prefix", "calico-packet: "];
    this.#inside("iptables", "-A", "OUTPUT", ...match, ...log);
  }

  send(packets: number): void {
    const send = `for i in $(seq ${packets}); do echo x > /dev/udp/127.0.0.1/${this.port}; done`;
    this.#inside("bash", "-c", send);
  }

  #inside(...command: readonly string[]): void {
    run("ip", "netns", "exec", this.#name, ...command);
  }

  [Symbol.dispose](): void {
    spawnSync("ip", ["netns", "del", this.#name]);
  }
}

function run(program: string, ...args: readonly string[]): void {
  execFileSync(program, args, { stdio: "pipe" });
}
