import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { awkProgram } from "./counts-per-key.ts";
import { type Command, isInstalled } from "./measure.ts";

/** A program of others that reads netfilter LOG lines, or can be told to. */
export type Peer = {
  readonly name: string;
  readonly isInstalled: () => boolean;
  readonly command: (log: string) => Command;
  /** Once: it takes seconds. Head: it takes minutes, so it gets only the first lines, too. */
  readonly runs: "each round" | "once" | "once, on a head";
  /** How a stamp must look so that it reads the rest of the line. */
  readonly stamps?: "traditional";
  /** The packets of LOG lines that it says it has read. */
  readonly packetsIn: (output: string) => number;
  readonly does: string;
};

const rulebase = fileURLToPath(new URL("iptables.rulebase", import.meta.url));
const logwatchScript = "/usr/share/logwatch/scripts/services/iptables";

const lnavPattern =
  "IN=(?<ifin>\\S*) OUT=(?<ifout>\\S*) .*?SRC=(?<src>\\S+) DST=(?<dst>\\S+) .*?" +
  "PROTO=(?<proto>\\S+)(?: SPT=\\d+ DPT=(?<dpt>\\d+))?";
const lnavQuery =
  "SELECT src, dst, lower(proto) AS protocol, dpt, ifin, ifout, count(*) AS packets " +
  "FROM denials GROUP BY 1, 2, 3, 4, 5, 6";

const installed = (program: string) => () => isInstalled(program);
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const lastNumbers = (output: string, separator: string) =>
  sum(
    output
      .trimEnd()
      .split("\n")
      .map((line) => Number(line.split(separator).at(-1)) || 0),
  );

export const ripgrep: Peer = {
  name: "rg -c",
  isInstalled: installed("rg"),
  command: (log) => ({ program: "rg", args: ["-c", "calico-packet: IN=", log] }),
  runs: "each round",
  packetsIn: Number,
  does: "counts lines",
};

export const mawk: Peer = {
  name: "mawk",
  isInstalled: installed("mawk"),
  command: (log) => ({ program: "mawk", args: ["-f", awkProgram, log] }),
  runs: "each round",
  packetsIn: (output) => lastNumbers(output, " "),
  does: "counts per key (bench/count-flows.awk)",
};

export const otherPeers: readonly Peer[] = [
  {
    name: "mlr",
    isInstalled: installed("mlr"),
    command: (log) => ({
      program: "mlr",
      args: ["--idkvp", "--ifs", " ", "--onidx", "count-distinct", "-f"].concat(
        // A field without a key is known by its position; the second is the node.
        "SRC,DST,PROTO,DPT,IN,OUT,2",
        log,
      ),
    }),
    runs: "once",
    packetsIn: (output) => lastNumbers(output, " "),
    does: "counts per key",
  },
  {
    name: "lnav",
    isInstalled: installed("lnav"),
    command: (log) => ({
      program: "lnav",
      args: [
        "-n",
        "-c",
        `:create-search-table denials ${lnavPattern}`,
        "-c",
        `;${lnavQuery}`,
      ].concat("-c", ":write-csv-to -", log),
      // It leaves its configuration behind; the log's folder goes away with the benchmark.
      environment: { HOME: dirname(log) },
    }),
    runs: "once",
    packetsIn: (output) => lastNumbers(output, ","),
    does: "counts per key without the node: a search table by regular expression, SQL",
  },
  {
    name: "lognormalizer",
    isInstalled: installed("lognormalizer"),
    command: (log) => ({
      program: "lognormalizer",
      args: ["-r", rulebase, "-e", "json"],
      input: log,
    }),
    runs: "once",
    packetsIn: (output) =>
      output.split("\n").filter((line) => line !== "" && !line.includes('"unparsed-data"')).length,
    does: "each line to JSON, counts nothing (v2-iptables)",
  },
  {
    name: "fwlogwatch",
    isInstalled: installed("fwlogwatch"),
    command: (log) => ({ program: "fwlogwatch", args: ["-p", "-d", log] }),
    runs: "once, on a head",
    packetsIn: (output) => Number(/^(\d+) .*entries in the file/m.exec(output)?.[1]),
    does: "counts per addresses, protocol, port and IN; its list makes it quadratic in flows",
  },
  {
    name: "logwatch",
    isInstalled: () => existsSync(logwatchScript),
    command: (log) => ({
      program: "perl",
      args: [logwatchScript],
      input: log,
      environment: { PERL5LIB: "/usr/share/logwatch/lib", LOGWATCH_DETAIL_LEVEL: "10" },
    }),
    runs: "once, on a head",
    stamps: "traditional",
    packetsIn: (output) =>
      sum([...output.matchAll(/Service: .* - (\d+) packets?$/gm)].map(([, n]) => Number(n))),
    does: "counts per IN, addresses, port; traditional stamps, for others it takes for prefixes",
  },
];

export function peerNamed(name: string): Peer {
  return otherPeers.find((peer) => peer.name === name)!;
}
