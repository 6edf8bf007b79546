import { mkdtempDisposableSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../servers/free-port.ts";
import { ServerProcess } from "../servers/server-process.ts";
import { sendCounted } from "./send-messages.ts";

/** How an rsyslogd reads messages and what it then writes: one line for each of them. */
export type RsyslogReading = {
  /** What it knows of the message by then; `$!` is the JSON that its modules make. */
  readonly template: string;
  readonly modules?: readonly string[];
  readonly actions?: readonly string[];
  /** Of mmnormalize. */
  readonly rulebase?: string;
};

/** The lines that an rsyslogd of one's own makes of messages. */
export async function readByRsyslog(
  messages: readonly Buffer[],
  { template, modules = [], actions = [], rulebase = "" }: RsyslogReading,
): Promise<readonly string[]> {
  using folder = mkdtempDisposableSync(join(tmpdir(), "denyscope-rsyslog-"));
  const [configuration, storedIn] = [join(folder.path, "conf"), join(folder.path, "stored")];
  const port = await freePort();
  writeFileSync(join(folder.path, "rules"), rulebase);
  const lines = [
    `global(workDirectory="${folder.path}" net.enableDNS="off")`,
    ...["imtcp", ...modules].map((name) => `module(load="${name}")`),
    'template(name="json" type="list") { property(name="$!") constant(value="\\n") }',
    'ruleset(name="read" queue.type="Direct") {',
    ...actions.map((action) => `action(${action.replace("RULES", join(folder.path, "rules"))})`),
    `action(type="omfile" file="${storedIn}" template="${template}")`,
    "}",
    `input(type="imtcp" address="127.0.0.1" port="${port}" ruleset="read")`,
  ];
  writeFileSync(configuration, `${lines.join("\n")}\n`);
  await using server = await ServerProcess.start({
    program: "rsyslogd",
    args: ["-n", "-i", join(folder.path, "pid"), "-f", configuration],
    tcpPorts: [port],
    udpPorts: [],
    paths: [],
    storedIn,
  });
  await sendCounted(port, messages);
  await server.storedAll(messages.length);
  return readFileSync(storedIn, "utf8").split("\n").slice(0, -1);
}
