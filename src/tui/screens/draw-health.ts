import { isRejectReason, lossReasonHelp, rejectReasonHelp } from "../../model/line-kind.ts";
import type { DestinationStatus } from "../../query/destinations.ts";
import { isOpenLoss, type Status } from "../../query/status.ts";
import { lossText } from "../../query/output/loss-text.ts";
import { byteSize, count, countOf } from "../../query/output/wording.ts";
import type { HealthView, Size } from "../state/state.ts";
import { fit, fitLine, wrap } from "../text/fit.ts";
import type { Line, Span } from "../text/span.ts";
import { dim, plain, secondText, strong, toned } from "../text/words.ts";
import { drawTable } from "../widgets/draw-table.ts";
import { scrolled } from "../widgets/scrolled.ts";
import { waiting } from "../widgets/waiting.ts";
import { sumOf } from "../../model/sum-of.ts";

const LABEL_COLUMNS = 10;
const EXAMPLES_MAX = 3;
const PATH_CHARACTERS_MAX = 40;

/** What was read, that all of it is accounted for, and what is known to be missing. */
export function drawHealth(view: HealthView, { columns, rows }: Size): Line[] {
  return scrolled(healthLines(view, columns), view.top, rows);
}

/** All of it, of which the screen shows a part. */
export function healthLines(view: HealthView, columns: number): Line[] {
  const { answer } = view;
  if (answer === undefined) return waiting(view, columns);
  const { status } = answer;
  const lines = [
    ...conservation(status),
    [],
    ...losses(status, columns),
    [],
    ...sources(status, columns),
    [],
    ...destinations(status.destinations, columns),
    [],
    ...examples(status, columns),
  ];
  return lines.map((line) => fitLine(line, columns));
}

function conservation({ database, conservation: { lines, packets } }: Status): Line[] {
  const label = (text: string) => fit(text, LABEL_COLUMNS, { tone: "dim" });
  const sign = (holds: boolean): Span =>
    holds ? toned(" = ", "good") : toned(" DOES NOT EQUAL ", "bad", { isBold: true });
  return [
    [
      label("Database"),
      plain(`${database.path}, ${byteSize(database.bytes)}, ${countOf(database.flows, "flow")}`),
    ],
    [
      label("Lines"),
      strong(count(lines.read)),
      plain(" read"),
      sign(lines.holds),
      plain(`${count(lines.denials)} denials + ${count(sumOf(lines.other))} other`),
      plain(` + ${count(sumOf(lines.rejected))} rejected`),
    ],
    [
      label("Packets"),
      strong(count(packets.logged)),
      plain(" logged"),
      sign(packets.holds),
      plain(`${count(packets.kept)} kept + ${count(packets.expired)} expired`),
      ...(packets.inOther > 0 ? [dim(`, ${count(packets.inOther)} in other rows`)] : []),
    ],
  ];
}

function losses({ losses: all }: Status, columns: number): Line[] {
  const open = all.filter(isOpenLoss);
  if (open.length === 0) return [[toned("✓ ", "good"), strong("No loss is known")]];
  const table = drawTable(
    [
      { name: "reason", title: "REASON", value: ({ reason }) => reason, rank: 0 },
      { name: "most", title: "AT MOST", value: lossText, rank: 0 },
      { name: "to", title: "SEEN", value: ({ to, seenAt }) => secondText(to ?? seenAt), rank: 1 },
      {
        name: "source",
        title: "SOURCE",
        value: ({ source }) => source ?? "-",
        rank: 3,
        widthMin: 20,
      },
      { name: "detail", title: "DETAIL", value: ({ detail }) => detail, rank: 2, widthMin: 12 },
    ],
    open,
    columns,
    { row: undefined },
  );
  const reasons = [...new Set(open.map(({ reason }) => reason))];
  const helps = reasons.flatMap((reason) =>
    wrap(`  ${reason}: ${lossReasonHelp[reason]}`, columns, { tone: "dim" }),
  );
  const head = [
    toned("! ", "warning", { isBold: true }),
    strong(countOf(open.length, "known loss", "known losses")),
    plain(": packet counts are a lower bound"),
  ];
  return [head, ...table, ...helps];
}

function sources({ sources: all }: Status, columns: number): Line[] {
  if (all.length === 0) return [[strong("No source of lines has been read")]];
  const table = drawTable(
    [
      { name: "path", title: "SOURCE", value: ({ path }) => endOf(path), rank: 0, widthMin: 20 },
      { name: "kind", title: "KIND", value: ({ kind }) => kind, rank: 3 },
      {
        name: "lines",
        title: "LINES",
        value: (each) => count(each.lines),
        align: "right",
        rank: 0,
      },
      {
        name: "offset",
        title: "READ UP TO BYTE",
        value: ({ offset }) => count(offset),
        align: "right",
        rank: 2,
      },
      {
        name: "last",
        title: "LAST LINE",
        value: ({ lastTime = "" }) => secondText(lastTime),
        rank: 1,
      },
      {
        name: "committed",
        title: "COMMITTED",
        value: ({ updatedAt }) => secondText(updatedAt),
        rank: 4,
      },
    ],
    all,
    columns,
    { row: undefined },
  );
  return [[strong("Sources of lines, and how far they are committed")], ...table];
}

/** The end of a path tells more than its beginning. */
function endOf(path: string): string {
  return path.length <= PATH_CHARACTERS_MAX ? path : `…${path.slice(1 - PATH_CHARACTERS_MAX)}`;
}

function destinations(all: readonly DestinationStatus[], columns: number): Line[] {
  if (all.length === 0) return [[strong("Nothing is forwarded")]];
  const table = drawTable(
    [
      { name: "name", title: "DESTINATION", value: ({ name }) => name, rank: 0, widthMin: 16 },
      { name: "sent", title: "SENT", value: ({ sent }) => count(sent), align: "right", rank: 0 },
      {
        name: "queued",
        title: "WAITING",
        value: ({ queued }) => count(queued),
        align: "right",
        rank: 0,
      },
      {
        name: "dropped",
        title: "DROPPED",
        value: ({ dropped }) => count(sumOf(dropped)),
        align: "right",
        rank: 0,
      },
      {
        name: "error",
        title: "LAST ERROR",
        value: ({ lastError = "-" }) => lastError,
        rank: 1,
        widthMin: 16,
      },
    ],
    all,
    columns,
    { row: undefined },
  );
  return [[strong("Forwarded to")], ...table];
}

function examples({ rejectedExamples: all }: Status, columns: number): Line[] {
  const byReason = Object.entries(Object.groupBy(all, ({ reason }) => reason));
  if (byReason.length === 0) return [[strong("No line was rejected")]];
  return [
    [strong("Lines that were not counted as denials, for example")],
    ...byReason.flatMap(([reason, some = []]) => {
      const help = isRejectReason(reason)
        ? rejectReasonHelp[reason]
        : "the kernel cannot have written it";
      const head: Line[] = wrap(`  ${reason}: ${help}`, columns);
      const lines = some
        .slice(0, EXAMPLES_MAX)
        .map(({ line }) => fitLine([plain("    "), dim(line)], columns));
      return [...head, ...lines];
    }),
  ];
}
