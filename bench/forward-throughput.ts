/**
 * Claim: an agent that catches up with a log sends at least 50,000 denials a second over RELP and
 * 100,000 over TCP to an rsyslogd on the same two cores, following, parsing, counting and spooling
 * them with synchronous=FULL; and never less than half of what rsyslog's own imfile with omrelp and
 * omfwd sends of the same file to the same server in the same run. They send lines as they are;
 * beside them one that reads the fields of each line and sends those, as the agent does.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempDisposableSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type RsyslogServer, startRsyslog } from "../test/forward/servers/rsyslog-server.ts";
import { denyscope } from "./counts-per-key.ts";
import { isInstalled } from "./measure.ts";
import { writeSyslog } from "./syslog-generator.ts";

/** Enough that what a start costs matters little. */
const lineCounts = { tcp: 4_000_000, relp: 1_000_000 } as const;
/** For omrelp, which sends 2,000 a second and is started in a tenth of one. */
const SLOW_LINES = 100_000;
/** The same sender may take twice as long a minute later: the median of some counts. */
const rounds = { tcp: 5, relp: 3 } as const;
const WAIT_MS_MAX = 300_000;
const goals = { relp: 50_000, tcp: 100_000 } as const;
const SHARE_MIN = 0.5;
const PEER = "rsyslog imfile";
const READING_PEER = "rsyslog imfile, mmnormalize";
const ruleBase = fileURLToPath(new URL("iptables.rulebase", import.meta.url));

type Transport = keyof typeof goals;
type Rate = { readonly sender: string; readonly transport: Transport; readonly perSecond: number };

export async function forwardThroughput(): Promise<boolean> {
  if (!isInstalled("rsyslogd")) {
    console.log("The program rsyslogd is not installed.");
    return false;
  }
  using folder = mkdtempDisposableSync(join(tmpdir(), "denyscope-bench-"));
  const log = join(folder.path, "syslog");
  const rates: Rate[] = [];
  for (const transport of ["relp", "tcp"] as const) {
    const shape = { seed: 7, flows: 10_000, seconds: 3600, linesPerDenial: 1 };
    writeSyslog(log, { ...shape, lines: lineCounts[transport] });
    for (let round = 0; round < rounds[transport]; round++) {
      for (const [sender, start] of Object.entries(senders)) {
        // With omrelp, which is slower still, it says nothing of reading fields.
        if (transport === "relp" && sender === READING_PEER) continue;
        const isSlow = transport === "relp" && sender === PEER;
        const messages = isSlow ? SLOW_LINES : lineCounts[transport];
        const begin = (place: Place) => start(place, log);
        const perSecond = await rateOf(folder.path, transport, messages, begin);
        rates.push({ sender, transport, perSecond });
      }
    }
  }
  return report(medians(rates));
}

/** One rate of each sender and transport. */
function medians(rates: readonly Rate[]): readonly Rate[] {
  const groups = Map.groupBy(rates, ({ sender, transport }) => `${transport} ${sender}`);
  return [...groups.values()].map((group) => {
    const sorted = group.toSorted((a, b) => a.perSecond - b.perSecond);
    return sorted[Math.floor(sorted.length / 2)]!;
  });
}

type Place = { readonly folder: string; readonly transport: Transport; readonly port: number };

const senders: Readonly<Record<string, (place: Place, log: string) => ChildProcess>> = {
  "denyscope agent": (place, log) => startAgent(place, log, ""),
  // As rsyslog sends it: the kernel's message and nothing else.
  "denyscope agent, format=raw": (place, log) => startAgent(place, log, "&format=raw"),
  [PEER]: (place, log) => startRsyslogSender(place, log, "%msg%"),
  [READING_PEER]: (place, log) =>
    startRsyslogSender(place, log, "%$!all-json%", [
      `action(type="mmnormalize" useRawMsg="on" ruleBase="${ruleBase}")`,
    ]),
};

/** `text` is what it sends of a line, `actions` are what it does with the line before. */
function startRsyslogSender(
  { folder, transport, port }: Place,
  log: string,
  text: string,
  actions: readonly string[] = [],
): ChildProcess {
  const output =
    transport === "relp"
      ? 'type="omrelp"'
      : 'type="omfwd" protocol="tcp" TCP_Framing="octet-counted"';
  const send = `action(${output} target="127.0.0.1" port="${port}" template="line")`;
  const configuration = join(folder, "sender.conf");
  const lines = [
    `global(workDirectory="${folder}" net.enableDNS="off")`,
    'module(load="imfile")',
    'module(load="mmnormalize")',
    ...(transport === "relp" ? ['module(load="omrelp")'] : []),
    `template(name="line" type="string" string="<133>1 - - imfile - - - ${text}")`,
    `input(type="imfile" file="${log}" tag="imfile" freshStartTail="off" ruleset="out")`,
    'ruleset(name="out") {',
    ...actions,
    send,
    "}",
  ];
  writeFileSync(configuration, `${lines.join("\n")}\n`);
  return run("rsyslogd", ["-n", "-i", join(folder, "sender.pid"), "-f", configuration]);
}

function startAgent({ folder, transport, port }: Place, log: string, option: string): ChildProcess {
  const url = `${transport}://127.0.0.1:${port}?notices=no${option}`;
  const args = ["agent", log, "--db", join(folder, "db"), "--node", "worker", "--listen", "none"];
  return run(process.execPath, [denyscope, ...args, "--forward", url, "--forward-history"]);
}

function run(program: string, args: readonly string[]): ChildProcess {
  const environment = { ...process.env, DENYSCOPE_CONFIG: "/dev/null" };
  return spawn(program, args, { stdio: "ignore", env: environment });
}

/** Messages a second, from the start of the sender to so many messages in the server's file. */
async function rateOf(
  parent: string,
  transport: Transport,
  messages: number,
  start: (place: Place) => ChildProcess,
): Promise<number> {
  using folder = mkdtempDisposableSync(join(parent, "run-"));
  // One byte and a line end for each message.
  const server = await startRsyslog({ folder: folder.path, inputs: [transport], template: "x" });
  await using _ = server;
  const port = server.ports[transport];
  const startedAt = performance.now();
  const child = start({ folder: folder.path, transport, port });
  try {
    await untilStored(join(folder.path, "stored"), server, messages);
    return messages / ((performance.now() - startedAt) / 1000);
  } finally {
    child.kill("SIGKILL");
    await once(child, "exit");
  }
}

async function untilStored(path: string, server: RsyslogServer, messages: number): Promise<void> {
  const deadline = performance.now() + WAIT_MS_MAX;
  while ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) < 2 * messages) {
    if (performance.now() > deadline) {
      throw new Error(
        `Cannot measure: messages are missing; the server says ${server.process.output}`,
      );
    }
    await sleep(5);
  }
}

function report(rates: readonly Rate[]): boolean {
  const rows = [
    ["sender", "transport", "messages/s", "to rsyslog", "goal"],
    ["---", "---", "---:", "---:", "---:"],
    ...rates.map(({ sender, transport, perSecond }) => [
      sender,
      transport,
      perSecond.toFixed(0),
      (perSecond / rateOfPeer(rates, transport)).toFixed(2),
      sender.startsWith("denyscope") ? String(goals[transport]) : "",
    ]),
  ];
  console.log(rows.map((cells) => `| ${cells.join(" | ")} |`).join("\n"));
  const own = rates.filter(({ sender }) => sender.startsWith("denyscope"));
  return own.every(
    ({ transport, perSecond }) =>
      perSecond >= goals[transport] && perSecond >= SHARE_MIN * rateOfPeer(rates, transport),
  );
}

function rateOfPeer(rates: readonly Rate[], transport: Transport): number {
  const peer = rates.find((each) => each.transport === transport && each.sender === PEER);
  return peer!.perSecond;
}
