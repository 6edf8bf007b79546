import { Command } from "commander";
import {
  isRejectReason,
  lossReasonHelp,
  type OtherLineKind,
  rejectReasonHelp,
} from "../model/line-kind.ts";
import { isOpenLoss, queryStatus, type Status } from "../query/status.ts";
import { openForReading } from "../store/open.ts";
import type { CommandContext } from "./context.ts";
import { wholeText } from "./output/answer-text.ts";
import { destinationTable } from "./output/destination-table.ts";
import { labelled } from "./output/labelled.ts";
import { printable } from "../model/printable.ts";
import { renderTable } from "./output/table.ts";
import { wrapped } from "./output/wrapped.ts";
import { byteSize, count, countOf, shortTime } from "../query/output/wording.ts";
import { outputOption } from "./query-options.ts";
import { addSettingOptions, settingsOf } from "./setting-options.ts";
import { lossText } from "../query/output/loss-text.ts";
import { sumOf } from "../model/sum-of.ts";

const EXAMPLES_SHOWN_MAX = 2;

const outputs = ["table", "wide", "json", "yaml"] as const;

type Flags = { readonly output: (typeof outputs)[number] };

export function statusCommand(context: CommandContext): Command {
  const command = new Command("status").description(
    "show what was read, that all of it is accounted for, and what is known to be missing",
  );
  return addSettingOptions(command, ["db"])
    .addOption(outputOption(outputs))
    .action(async (flags: Flags) => {
      const database = openForReading((await settingsOf(context, flags)).db);
      try {
        const answer = queryStatus(database);
        const table = (isWide: boolean) => render(answer, isWide, context.columns);
        context.stdout.write(await wholeText(flags.output, { answer, table }));
      } finally {
        database.close();
      }
    });
}

function render(status: Status, isWide: boolean, width: number | undefined): string {
  const { database, firstSeen, lastSeen } = status;
  const span =
    firstSeen === undefined || lastSeen === undefined
      ? "no denials yet"
      : `${shortTime(firstSeen)} to ${shortTime(lastSeen)} UTC`;
  const path = `${printable(database.path)},`;
  const size = [`${byteSize(database.bytes)},`, countOf(database.flows, "flow")];
  return [
    labelled("Database", [path, ...size], width),
    labelled("Denials", [`${countOf(status.packets.denied, "packet")},`, span], width),
    otherVerdicts(status, width),
    `\n${conservation(status, width)}`,
    `\n${sources(status, width)}`,
    losses(status, width),
    destinations(status, width),
    isWide ? examples(status, width) : "",
  ].join("");
}

/** LOG lines whose prefix does not mean denied are counted, and shown apart. */
function otherVerdicts(
  { packets: { allowed, audit, unknown } }: Status,
  width: number | undefined,
): string {
  const total = allowed + audit + unknown;
  if (total === 0) return "";
  const parts = Object.entries({ allowed, audit, unknown }).filter(([, packets]) => packets > 0);
  const list = commaList(parts.map(([verdict, packets]) => `${count(packets)} ${verdict}`));
  const head = `${countOf(total, "logged packet")} of other prefixes:`;
  return labelled("Besides", [head, ...list], width);
}

function conservation(
  { conservation: { lines, packets } }: Status,
  width: number | undefined,
): string {
  const list = (counts: Readonly<Record<string, number>>, name: string) => {
    const total = sumOf(counts);
    const kinds = Object.entries(counts).map(([kind, lines]) => `${count(lines)} ${kind}`);
    const parts = commaList(kinds);
    if (parts.length === 0) return [`+ ${count(total)} ${name}`];
    const inBrackets = parts.with(0, `(${parts[0]!}`);
    return [`+ ${count(total)} ${name}`, ...inBrackets.with(-1, `${inBrackets.at(-1)!})`)];
  };
  const sides = [
    `${count(lines.read)} read`,
    `${sign(lines.holds)} ${count(lines.denials)} denials`,
    ...list(lines.other, "other"),
    ...list(lines.rejected, "rejected"),
  ];
  const kept = [
    `${count(packets.logged)} logged`,
    `${sign(packets.holds)} ${count(packets.kept)} kept`,
    ...(packets.inOther > 0 ? [`(${count(packets.inOther)} in other rows)`] : []),
    `+ ${count(packets.expired)} expired`,
  ];
  return labelled("Lines", sides, width) + labelled("Packets", kept, width);
}

/** A comma after each but the last. */
function commaList(items: readonly string[]): string[] {
  return items.map((item, index) => (index < items.length - 1 ? `${item},` : item));
}

function sign(holds: boolean): string {
  return holds ? "=" : "DOES NOT EQUAL";
}

function sources({ sources: rows }: Status, width: number | undefined): string {
  if (rows.length === 0) return "No source of lines has been read\n";
  return renderTable(
    [
      { title: "SOURCE", value: ({ path }) => path, widthMin: 20 },
      { title: "KIND", value: ({ kind }) => kind, rank: 3 },
      { title: "LINES", value: ({ lines }) => count(lines), align: "right" },
      {
        title: "READ UP TO",
        value: ({ offset }) => `byte ${count(offset)}`,
        align: "right",
        rank: 2,
      },
      { title: "LAST LINE", value: ({ lastTime }) => shortTime(lastTime ?? ""), rank: 1 },
    ],
    rows,
    width,
  );
}

function losses({ losses: rows }: Status, width: number | undefined): string {
  const open = rows.filter(isOpenLoss);
  if (open.length === 0) return "\nNo loss is known\n";
  const reasons = [...new Set(open.map(({ reason }) => reason))];
  const helps = reasons.map((reason) => wrapped(`${reason}: ${lossReasonHelp[reason]}`, 2, width));
  return `\nKnown losses: packet counts are a lower bound\n${renderTable(
    [
      { title: "REASON", value: ({ reason }) => reason },
      { title: "SOURCE", value: ({ source }) => source ?? "-", widthMin: 20 },
      { title: "AT MOST", value: lossText },
      {
        title: "BEHIND",
        value: ({ source, offset }) => (source === undefined ? "-" : `byte ${count(offset)}`),
        align: "right",
        rank: 4,
      },
      { title: "FROM", value: ({ from }) => shortTime(from ?? ""), rank: 3 },
      { title: "TO", value: ({ to, seenAt }) => shortTime(to ?? seenAt), rank: 2 },
      { title: "DETAIL", value: ({ detail }) => detail, rank: 1, widthMin: 12 },
    ],
    open,
    width,
  )}${helps.join("")}`;
}

/** What they did not get was counted all the same. */
function destinations(status: Status, width: number | undefined): string {
  if (status.destinations.length === 0) return "";
  const drops = status.losses.filter(({ reason }) => reason === "not-forwarded");
  const lines = drops.map(({ linesMax = 0, detail, from = "", to = "" }) => {
    const time = `${shortTime(from)} to ${shortTime(to)} UTC`;
    return wrapped(`${countOf(linesMax, "message")}, ${time}: ${printable(detail)}`, 2, width);
  });
  const head = lines.length === 0 ? [] : ["Not forwarded, but counted\n", ...lines];
  return `\n${destinationTable(status.destinations, width)}${head.join("")}`;
}

/** A few lines of each reason, in full: what is wrong with a line may stand at its end. */
function examples({ rejectedExamples: rows }: Status, width: number | undefined): string {
  const byReason = Object.entries(Object.groupBy(rows, ({ reason }) => reason));
  if (byReason.length === 0) return "";
  const texts = byReason.map(([reason, examples = []]) => {
    const head = wrapped(`${printable(reason)}${helpOf(reason)}`, 2, width);
    const lines = examples.slice(0, EXAMPLES_SHOWN_MAX);
    return head + lines.map(({ line }) => wrapped(printable(line), 4, width)).join("");
  });
  return `\nExamples of lines that were not counted as denials\n${texts.join("")}`;
}

function helpOf(reason: string): string {
  if (isRejectReason(reason)) return `: ${rejectReasonHelp[reason]}`;
  return reason === ("suspect" satisfies OtherLineKind)
    ? ": the kernel cannot have written it"
    : "";
}
