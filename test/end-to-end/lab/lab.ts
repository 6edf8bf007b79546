import assert from "node:assert/strict";
import { mkdir, readdir, readFile, readlink, rename, stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Keeper, startKeeper } from "./keeper.ts";
import { planOf, type SentFlow } from "./plan.ts";
import { configurationName, rsyslogConfiguration } from "./rsyslog-configuration.ts";
import { calicoRules, loadRules, readCounters, type RuleCounter, type RulesText } from "./rules.ts";
import { run } from "./run.ts";
import { buildTopology, type LabHost, type LabPod, replacePod, topologyOf } from "./topology.ts";

export { labMissing } from "./lab-missing.ts";
export type { LabFlow, SentFlow } from "./plan.ts";
export type { RuleCounter } from "./rules.ts";
export type { LabHost, LabPod } from "./topology.ts";

/** A node with pods and policies made of network namespaces, whose kernel log is real. */
export interface Lab extends AsyncDisposable {
  /** Where rsyslogd writes. It appears with the first line, and again after rotate(). */
  readonly logFile: string;
  readonly logPrefix: string;
  /** The host in the header of each line. */
  readonly nodeName: string;
  readonly node: LabHost;
  readonly outside: LabHost;
  readonly pods: readonly LabPod[];
  /** Sends one of `of` equal parts of the plan; without arguments all of it. */
  send(slice?: { readonly part: number; readonly of: number }): Promise<readonly SentFlow[]>;
  /** How many packets each LOG rule has seen, as the kernel counts them. */
  counters(): Promise<readonly RuleCounter[]>;
  /** Waits until the log file and its archives hold a line for each packet that was logged. */
  settled(): Promise<void>;
  /** Another pod takes the place of this one, with its addresses. Gives the new one. */
  replace(pod: LabPod, name: string): Promise<LabPod>;
  /** Moves syslog to syslog.1, as logrotate does, and lets rsyslogd open a new file. */
  rotate(): Promise<void>;
}

export type LabOptions = {
  /** What the kernel puts before "IN=". At most 29 characters, and nobody else's. */
  readonly logPrefix: string;
  /** Where the log, its archives and rsyslogd's own files go. */
  readonly directory: string;
  /** Calico's when absent; the plan that send() sends is made for those. */
  readonly rules?: RulesText;
};

const nodeName = "worker-1";
const waitSecondsMax = 30;

/** Builds the lab; disposing of it, or the end of the process, removes it. */
export async function startLab(options: LabOptions): Promise<Lab> {
  const { logPrefix } = options;
  // What Calico permits is also free of quotes, for iptables-restore and for rsyslog.
  if (!/^[a-zA-Z0-9%: /_.-]{1,29}$/.test(logPrefix)) {
    throw new RangeError(`Cannot log with prefix "${logPrefix}": Calico does not permit it`);
  }
  const directory = resolve(options.directory);
  const logFile = join(directory, "syslog");
  const namespaces = `denyscope-${process.pid}`;
  let topology = topologyOf(namespaces);
  /** Of rules that were loaded before the ones of now. */
  const countersBefore: RuleCounter[] = [];
  const ready = { mark: `${namespaces} is ready`, file: join(directory, "ready") };
  const configuration = join(directory, configurationName);
  await mkdir(directory, { recursive: true });
  await writeFile(
    configuration,
    rsyslogConfiguration({ directory, nodeName, logPrefix, logFile, ready }),
  );
  const pidFile = join(directory, "rsyslogd.pid");
  const keeper = await startKeeper({ namespaces, configuration, pidFile });
  try {
    await buildTopology(topology);
    await loadRules(topology, options.rules ?? calicoRules, logPrefix);
    await markArrives(keeper, ready);
  } catch (error) {
    await keeper.stop();
    throw error;
  }
  const counters = async () => sumUp([...countersBefore, ...(await readCounters(topology))]);
  return {
    logFile,
    logPrefix,
    nodeName,
    ...topology,
    async send(slice = { part: 1, of: 1 }) {
      assert(slice.part >= 1 && slice.part <= slice.of);
      const input = JSON.stringify({ ...slice, flows: planOf(topology) });
      const output = await run("python3", [join(import.meta.dirname, "packets.py")], input);
      return JSON.parse(output) as readonly SentFlow[];
    },
    counters,
    async settled() {
      const logged = (await counters()).reduce((sum, rule) => sum + rule.packets, 0);
      const counted = (): Promise<number> => linesIn(directory, "syslog", logPrefix);
      await until(`${logged} lines in ${logFile}`, async () => (await counted()) >= logged);
    },
    async replace(pod, name) {
      const index = topology.pods.findIndex(
        ({ interfaceName }) => interfaceName === pod.interfaceName,
      );
      topology = await replacePod(topology, topology.pods[index]!, name);
      countersBefore.push(...(await readCounters(topology)));
      await loadRules(topology, options.rules ?? calicoRules, logPrefix);
      return topology.pods[index]!;
    },
    rotate: () => rotate(logFile, keeper.rsyslogdPid),
    [Symbol.asyncDispose]: () => keeper.stop(),
  };
}

function sumUp(counters: readonly RuleCounter[]): readonly RuleCounter[] {
  const sums = new Map<string, RuleCounter>();
  for (const { family, chain, packets, bytes } of counters) {
    const before = sums.get(`${family} ${chain}`) ?? { packets: 0, bytes: 0 };
    const sum = { packets: before.packets + packets, bytes: before.bytes + bytes };
    sums.set(`${family} ${chain}`, { family, chain, ...sum });
  }
  return [...sums.values()];
}

async function markArrives(
  keeper: Keeper,
  ready: { readonly mark: string; readonly file: string },
): Promise<void> {
  await until(`rsyslogd to read the kernel's log ${keeper.complaints()}`, async () => {
    // Each opening of /dev/kmsg has a rate limit of its own, so that a repetition comes through.
    await writeFile("/dev/kmsg", `<6>${ready.mark}\n`);
    await sleep(50);
    return exists(ready.file);
  });
}

async function rotate(logFile: string, rsyslogdPid: number): Promise<void> {
  const archive = (number: number): string => (number === 0 ? logFile : `${logFile}.${number}`);
  let end = 0;
  while (await exists(archive(end))) {
    end += 1;
  }
  for (let number = end; number > 0; number -= 1) {
    await rename(archive(number - 1), archive(number));
  }
  process.kill(rsyslogdPid, "SIGHUP");
  await until("rsyslogd to close the old file", async () => {
    const descriptors = `/proc/${rsyslogdPid}/fd`;
    const open = (await readdir(descriptors)).map((name) =>
      readlink(join(descriptors, name)).catch(() => ""),
    );
    return !(await Promise.all(open)).includes(archive(1));
  });
}

async function linesIn(directory: string, name: string, text: string): Promise<number> {
  const files = (await readdir(directory)).filter((file) => file.startsWith(name));
  const contents = files.map((file) => readFile(join(directory, file), "utf8"));
  const lines = (await Promise.all(contents)).flatMap((content) =>
    content.split("\n").slice(0, -1),
  );
  return lines.filter((line) => line.includes(text)).length;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + waitSecondsMax * 1000;
  while (!(await holds())) {
    if (Date.now() > deadline) {
      throw new Error(`Waited ${waitSecondsMax} s in vain for ${what.trim()}`);
    }
    await sleep(20);
  }
}
