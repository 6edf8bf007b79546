import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Denial } from "../src/model/denial.ts";
import { shortAddress } from "../test/end-to-end/lab/packet-truth.ts";
import { outputOf } from "./measure.ts";
import { peerNamed } from "./peers.ts";

/** What a reader says of one packet, in the names of docs/denial.md; "" where it says none. */
export type Reading = Readonly<Record<string, string | undefined>>;

export type Readings = {
  /** Lines that it took for packets, rightly or not. */
  readonly accepted: number;
  readonly bySource: ReadonlyMap<string, Reading>;
};

export type LineReader = {
  readonly name: string;
  /** What it has a place for, in words. */
  readonly judgedBy: string;
  readonly isInstalled: () => boolean;
  readonly stamps?: "traditional";
  /** Whether it can say this of the packet; what it has no place for is not held against it. */
  readonly tells: (field: string, denial: Denial) => boolean;
  readonly read: (log: string) => Readings;
};

const hasPorts = ({ protocol = "" }: Denial) => ["tcp", "udp", "udplite"].includes(protocol);
const isIcmp = ({ protocol = "" }: Denial) => protocol.startsWith("icmp");
const among =
  (...fields: readonly string[]) =>
  (field: string) =>
    fields.includes(field);

/** `2 tcp packets from 10.0.0.1 port 7 to ...`, behind the interface; of ICMP ports are others. */
function fwlogwatchReadings(log: string): Readings {
  // Options that tell apart all that it can tell apart; its complaints go to standard error.
  const { stdout } = spawnSync("fwlogwatch", ["-p", "-d", "-s", log], { encoding: "utf8" });
  const row = /^(\S*) ?\d+ (\S+) packets? from (\S+) port (\d+) to (\S+) port (\d+)/gm;
  const readings = [...stdout.matchAll(row)].map(
    ([, iface = "", protocol = "", src = "", first = "", dst = "", second = ""]) =>
      protocol === "icmp"
        ? { in: iface, protocol, src, dst, icmpType: first, icmpCode: second }
        : { in: iface, protocol, src, dst, srcPort: first, dstPort: second },
  );
  return readingsOf(readings);
}

/** From, To and Service, each indented below the one before. */
function logwatchReadings(log: string): Readings {
  const readings: Reading[] = [];
  let src = "";
  let dst = "";
  for (const line of outputOf(peerNamed("logwatch").command(log)).split("\n")) {
    src = /^ {2}From (\S+) /.exec(line)?.[1] ?? src;
    dst = /^ {6}To (\S+) /.exec(line)?.[1] ?? dst;
    const service = /Service: .* \((\S+)\/(\S+)\) \(.*\) - (\d+) packets?$/.exec(line);
    if (service === null) continue;
    const [, protocol = "", port = "", packets] = service;
    const target = protocol.startsWith("icmp") ? { icmpType: port } : { dstPort: port };
    const reading = { src: shortAddress(src), dst: shortAddress(dst), protocol, ...target };
    for (let packet = 0; packet < Number(packets); packet++) readings.push(reading);
  }
  return readingsOf(readings);
}

const lognormalizerNames: ReadonlyMap<string, string> = new Map([
  ["IN", "in"],
  ["OUT", "out"],
  ["SRC", "src"],
  ["DST", "dst"],
  ["LEN", "length"],
  ["TTL", "ttl"],
  ["HOPLIMIT", "ttl"],
  ["ID", "id"],
  ["PROTO", "protocol"],
  ["SPT", "srcPort"],
  ["DPT", "dstPort"],
  ["WINDOW", "window"],
  ["TYPE", "icmpType"],
  ["CODE", "icmpCode"],
  ["MARK", "mark"],
]);

function lognormalizerReadings(log: string): Readings {
  const readings = outputOf(peerNamed("lognormalizer").command(log))
    .split("\n")
    .filter((line) => line !== "" && !line.includes('"unparsed-data"'))
    .map((line) => {
      const { fields } = JSON.parse(line) as { fields: Readonly<Record<string, string>> };
      const known = Object.entries(fields).flatMap(([key, value]) => {
        const name = lognormalizerNames.get(key);
        if (name === undefined) return [];
        return [[name, ["src", "dst"].includes(name) ? shortAddress(value) : value] as const];
      });
      return Object.fromEntries(known);
    });
  return readingsOf(readings);
}

function readingsOf(readings: readonly Reading[]): Readings {
  return {
    accepted: readings.length,
    bySource: new Map(readings.map((reading) => [reading["src"] ?? "", reading])),
  };
}

export const lineReaders: readonly LineReader[] = [
  {
    name: "lognormalizer",
    judgedBy: "interfaces, addresses, length, TTL, id, protocol, ports, type, window, mark",
    isInstalled: peerNamed("lognormalizer").isInstalled,
    tells: (field) => [...lognormalizerNames.values()].includes(field),
    read: lognormalizerReadings,
  },
  {
    name: "fwlogwatch",
    judgedBy: "IN, addresses, protocol, ports or type and code",
    isInstalled: peerNamed("fwlogwatch").isInstalled,
    tells: (field, denial) =>
      among("in", "src", "dst", "protocol")(field) ||
      (hasPorts(denial) && among("srcPort", "dstPort")(field)) ||
      (isIcmp(denial) && among("icmpType", "icmpCode")(field)),
    read: fwlogwatchReadings,
  },
  {
    name: "logwatch",
    judgedBy: "addresses, protocol, port or type",
    isInstalled: peerNamed("logwatch").isInstalled,
    stamps: "traditional",
    tells: (field, denial) =>
      among("src", "dst", "protocol")(field) ||
      (hasPorts(denial) && field === "dstPort") ||
      (isIcmp(denial) && field === "icmpType"),
    read: logwatchReadings,
  },
];

const protocolNumbers = new Map(
  readFileSync("/etc/protocols", "utf8")
    .split("\n")
    .map((line) => line.replace(/#.*/, "").trim().split(/\s+/))
    .flatMap(([name = "", number = "", ...others]) =>
      [name, ...others].map((each) => [each.toLowerCase(), number] as const),
    ),
);

/** One text for what readers and the kernel write in different ways. */
export function canonical(field: string, value: unknown): string {
  const isPlain = typeof value === "string" || typeof value === "number";
  const text = isPlain ? `${value}`.toLowerCase() : "";
  if (field === "protocol") {
    // fwlogwatch has one name for ICMP; which it is, is told by the addresses.
    return ["icmpv6", "ipv6-icmp", "58"].includes(text) ? "1" : (protocolNumbers.get(text) ?? text);
  }
  // They have a 0 where there is no port and no type.
  return among("srcPort", "dstPort", "icmpType", "icmpCode")(field) && text === "" ? "0" : text;
}
