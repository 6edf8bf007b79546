/**
 * Claim: the messages of a file reach a local rsyslogd at 100,000 a second over TCP and at 50,000
 * over RELP, and not at less than half of the rate of rsyslog's own omfwd and omrelp with the same
 * file. The server writes each message to a file before it acknowledges it, for all of them.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempDisposableSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { rsyslogMissing, startRsyslog } from "../test/forward/servers/rsyslog-server.ts";
import { usageOf } from "./process-cost.ts";

/** Of RELP fewer: omrelp takes its time. */
const messages: Readonly<Record<Transport, number>> = { tcp: 500_000, relp: 200_000 };
const MESSAGE_BYTES = 500;
const RUNS = 2;
const LOOK_MS = 5;

const head = "<134>1 2026-03-01T12:00:00.000000Z worker-1 denyscope - - - ";
const STORED_BYTES = MESSAGE_BYTES - head.length + 1;
const ownSender = fileURLToPath(new URL("send-file.ts", import.meta.url));

const transports = ["tcp", "relp"] as const;
type Transport = (typeof transports)[number];
const goals: Readonly<Record<Transport, number>> = { tcp: 100_000, relp: 50_000 };
const peers: Readonly<Record<Transport, string>> = { tcp: "omfwd", relp: "omrelp" };

/** Of one sender; the processor time is its own, with its start. */
type Sent = { readonly perSecond: number; readonly microsPerMessage: number };

export async function sendMessages(): Promise<boolean> {
  const absent = rsyslogMissing();
  if (absent !== undefined) {
    console.log(absent);
    return false;
  }
  using folder = mkdtempDisposableSync(join(tmpdir(), "denyscope-bench-"));
  await using server = await startRsyslog({ folder: folder.path, inputs: transports });
  const rows: (readonly string[])[] = [];
  let holds = true;
  for (const transport of transports) {
    const port = server.ports[transport];
    const count = messages[transport];
    const file = join(folder.path, `messages-${transport}`);
    writeMessages(file, count);
    const [own, peer]: [Sent[], Sent[]] = [[], []];
    for (let run = 0; run < RUNS; run++) {
      const stored = join(folder.path, "stored");
      const place = join(folder.path, `${transport}-${run}`);
      own.push(await measured(stored, count, () => startOwn(file, transport, port)));
      peer.push(await measured(stored, count, () => startPeer(file, transport, port, place)));
    }
    const [ours, theirs] = [best(own), best(peer)];
    rows.push(rowOf(`denyscope ${transport}`, ours, theirs));
    rows.push(rowOf(`rsyslog ${peers[transport]}`, theirs, theirs));
    holds &&= ours.perSecond >= Math.max(goals[transport], theirs.perSecond / 2);
  }
  report(rows);
  return holds;
}

function writeMessages(file: string, count: number): void {
  const lines = Array.from({ length: count }, (_, number) =>
    `${head}${String(number).padStart(9, "0")} `.padEnd(MESSAGE_BYTES, "abcdefghij "),
  );
  writeFileSync(file, `${lines.join("\n")}\n`);
}

function startOwn(file: string, transport: Transport, port: number): ChildProcess {
  return spawn(process.execPath, [ownSender, file, transport, String(port)], { stdio: "ignore" });
}

function startPeer(file: string, transport: Transport, port: number, folder: string): ChildProcess {
  mkdirSync(folder);
  const configuration = join(folder, "rsyslog.conf");
  const target = `target="127.0.0.1" port="${port}" template="line"`;
  const action = {
    tcp: `type="omfwd" protocol="tcp" TCP_Framing="octet-counted" ${target}`,
    relp: `type="omrelp" ${target}`,
  };
  writeFileSync(
    configuration,
    [
      `global(workDirectory="${folder}")`,
      'module(load="imfile")',
      'module(load="omrelp")',
      'template(name="line" type="string" string="%rawmsg%")',
      `input(type="imfile" File="${file}" Tag="sent" ruleset="forward")`,
      `ruleset(name="forward") { action(${action[transport]}) }`,
      "",
    ].join("\n"),
  );
  const args = ["-n", "-i", join(folder, "pid"), "-f", configuration];
  return spawn("rsyslogd", args, { stdio: "ignore" });
}

/** From the first message that the server has stored to the last. */
async function measured(stored: string, count: number, start: () => ChildProcess): Promise<Sent> {
  const size = () => statSync(stored, { throwIfNoEntry: false })?.size ?? 0;
  if (size() > 0) truncateSync(stored);
  const sender = start();
  const untilStored = async (bytes: number) => {
    while (size() < bytes) await sleep(LOOK_MS);
    return performance.now();
  };
  const [startedAt, endedAt] = [await untilStored(1), await untilStored(count * STORED_BYTES)];
  const { cpuSeconds } = usageOf(sender.pid!);
  const exited = once(sender, "exit");
  sender.kill("SIGTERM");
  await exited;
  return {
    perSecond: (count / (endedAt - startedAt)) * 1000,
    microsPerMessage: (cpuSeconds / count) * 1_000_000,
  };
}

/** What else the machine does makes a run slower, never faster. */
function best(runs: readonly Sent[]): Sent {
  return {
    perSecond: Math.max(...runs.map(({ perSecond }) => perSecond)),
    microsPerMessage: Math.min(...runs.map(({ microsPerMessage }) => microsPerMessage)),
  };
}

function rowOf(name: string, own: Sent, peer: Sent): readonly string[] {
  return [
    name,
    own.perSecond.toFixed(0),
    (own.perSecond / peer.perSecond).toFixed(2),
    own.microsPerMessage.toFixed(2),
    (own.microsPerMessage / peer.microsPerMessage).toFixed(2),
  ];
}

function report(rows: readonly (readonly string[])[]): void {
  const headers = ["sender", "messages/s", "to rsyslog's", "CPU µs/message", "to rsyslog's"];
  const table = [headers, ["---", "---:", "---:", "---:", "---:"], ...rows];
  console.log(table.map((cells) => `| ${cells.join(" | ")} |`).join("\n"));
  console.log(
    `${messages.tcp} and ${messages.relp} messages of ${MESSAGE_BYTES} bytes, the best of ` +
      `${RUNS} runs (goals: ${goals.tcp} a second over TCP, ${goals.relp} over RELP)`,
  );
}
