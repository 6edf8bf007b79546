import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ServerProcess } from "../forward/servers/server-process.ts";

export type ForwarderOptions = {
  readonly folder: string;
  readonly log: string;
  /** Where it sends each line. */
  readonly tcpPort: number;
  readonly relpPort: number;
};

/**
 * What people have today: an rsyslogd that reads the log by imfile and sends it by omfwd and
 * omrelp, with a queue on disk for each, as its documentation recommends.
 */
export function startRsyslogForwarder(options: ForwarderOptions): Promise<ServerProcess> {
  const { folder, log, tcpPort, relpPort } = options;
  const queue = (name: string) =>
    `queue.type="LinkedList" queue.filename="${name}" queue.saveOnShutdown="on" ` +
    'action.resumeRetryCount="-1" action.resumeInterval="1"';
  const configuration = join(folder, "forwarder.conf");
  const lines = [
    `global(workDirectory="${folder}" net.enableDNS="off")`,
    'module(load="imfile" mode="inotify")',
    'module(load="omrelp")',
    'template(name="line" type="string" string="<133>1 - - imfile - - - %msg%")',
    `input(type="imfile" file="${log}" tag="imfile" persistStateInterval="100" ruleset="out")`,
    'ruleset(name="out") {',
    `  action(type="omfwd" target="127.0.0.1" port="${tcpPort}" protocol="tcp" template="line"`,
    `    TCP_Framing="octet-counted" ${queue("omfwd")})`,
    `  action(type="omrelp" target="127.0.0.1" port="${relpPort}" template="line"`,
    `    ${queue("omrelp")})`,
    "}",
  ];
  writeFileSync(configuration, `${lines.join("\n")}\n`);
  return ServerProcess.start({
    program: "rsyslogd",
    args: ["-n", "-i", join(folder, "forwarder.pid"), "-f", configuration],
    tcpPorts: [],
    udpPorts: [],
    paths: [],
    storedIn: join(folder, "nothing"),
  });
}
