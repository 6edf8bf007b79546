/**
 * Claim: of one packet of each kind that this kernel can log, denyscope accepts every line and gets
 * every field right. Beside it stand other readers, judged only by the fields that they have.
 */
import { mkdtempDisposableSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Denial } from "../src/model/denial.ts";
import { labMissing, startLab } from "../test/end-to-end/lab/lab.ts";
import {
  packetKindRules,
  packetKindsMissing,
  type SentPacket,
  sendPacketKinds,
} from "../test/end-to-end/lab/packet-kinds.ts";
import { disagreements, noRecord, sourceOf } from "../test/end-to-end/lab/packet-truth.ts";
import { denyscope } from "./counts-per-key.ts";
import { canonical, type LineReader, lineReaders, type Readings } from "./line-readers.ts";
import { writeHead } from "./log-head.ts";
import { outputOf } from "./measure.ts";

type Verdict = { readonly accepted: number; readonly wrongFields: readonly (readonly string[])[] };

const headers = [
  "reader",
  "judged by",
  "accepted",
  "of them right",
  "of them wrong",
  "refused",
  "wrong fields",
];

export async function readersOfKernelLines(): Promise<boolean> {
  const missing = labMissing() ?? packetKindsMissing();
  if (missing !== undefined) {
    console.log(missing);
    return false;
  }
  using folder = mkdtempDisposableSync(join(tmpdir(), "denyscope-bench-"));
  await using lab = await startLab({
    logPrefix: `calico-packet-r${process.pid}: `,
    directory: join(folder.path, "log"),
    rules: packetKindRules,
  });
  const sent = await sendPacketKinds(lab);
  await lab.settled();
  const lines = readFileSync(lab.logFile, "utf8").split("\n").slice(0, -1);
  const groups = Object.groupBy(sent, ({ logsOptions }) => (logsOptions ? "options" : "plain"));
  let holds = true;
  for (const [group = [], name] of [
    [groups.plain, "without LOG options, as Calico's rules are"],
    [groups.options, "with all LOG options"],
  ] as const) {
    const sources = new Set(group.map(({ denial }) => denial.src));
    const log = join(folder.path, "lines");
    writeFileSync(
      log,
      lines
        .filter((line) => sources.has(sourceOf(line)))
        .map(ended)
        .join(""),
    );
    console.log(`\n${group.length} kinds of packet, ${name}:`);
    console.log(`| ${headers.join(" | ")} |\n| --- | --- | ---: | ---: | ---: | ---: | --- |`);
    const ours = judgeDenyscope(group, log);
    show("denyscope", "all fields", group.length, ours);
    holds &&= ours.accepted === group.length && ours.wrongFields.length === 0;
    for (const reader of lineReaders) {
      const { name: readerName, judgedBy } = reader;
      if (reader.isInstalled()) {
        show(readerName, judgedBy, group.length, judge(reader, group, log));
      } else console.log(`| ${readerName} | missing on this machine | | | | | |`);
    }
  }
  return holds;
}

const ended = (line: string) => `${line}\n`;

function judgeDenyscope(sent: readonly SentPacket[], log: string): Verdict {
  const args = [denyscope, "parse", "--timezone", "UTC", log];
  const denials = outputOf({ program: process.execPath, args })
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Denial);
  const wrong = disagreements(sent, denials).filter(({ field }) => field !== noRecord);
  const byKind = Map.groupBy(wrong, ({ kind }) => kind);
  return {
    accepted: denials.length,
    wrongFields: [...byKind.values()].map((each) => each.map(({ field }) => field)),
  };
}

function judge(reader: LineReader, sent: readonly SentPacket[], log: string): Verdict {
  const copy = `${log}-${reader.name}`;
  writeHead(log, copy, sent.length, reader.stamps);
  const readings = reader.read(copy);
  const wrong = sent.map(({ denial }) => wrongFieldsOf(reader, denial, readings));
  const found = wrong.filter((fields) => fields !== undefined);
  // What it accepted under a source that nobody has, is wrong by its source.
  const astray = Array<string[]>(readings.accepted - found.length).fill(["src"]);
  return {
    accepted: readings.accepted,
    wrongFields: [...found.filter((fields) => fields.length > 0), ...astray],
  };
}

function wrongFieldsOf(
  reader: LineReader,
  denial: Denial,
  { bySource }: Readings,
): readonly string[] | undefined {
  const reading = bySource.get(denial.src);
  if (reading === undefined) return undefined;
  const fields: Readonly<Record<string, unknown>> = denial;
  return [...new Set([...Object.keys(fields), ...Object.keys(reading)])].filter(
    (field) =>
      reader.tells(field, denial) &&
      canonical(field, reading[field]) !== canonical(field, fields[field]),
  );
}

function show(
  name: string,
  judgedBy: string,
  lines: number,
  { accepted, wrongFields }: Verdict,
): void {
  const wrong = wrongFields.length;
  const byField = Map.groupBy(wrongFields.flat(), (field) => field);
  const fields = [...byField].map(([field, each]) => [field, each.length] as const);
  const text = fields
    .toSorted(([, a], [, b]) => b - a)
    .map(([field, count]) => `${field} ${count}`)
    .join(", ");
  const cells = [name, judgedBy, accepted, accepted - wrong, wrong, lines - accepted, text];
  console.log(`| ${cells.join(" | ")} |`);
}
