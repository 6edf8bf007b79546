import type { Flow } from "../../query/flows.ts";
import type { RelatedFlow } from "../../query/flow-detail.ts";
import { byteSize, count, countOf } from "../../query/output/wording.ts";
import { isMuted, type Note, type Notes } from "../notes/note.ts";
import { type DetailItem, detailItems } from "../state/detail-items.ts";
import { flowValue } from "../state/flow-terms.ts";
import { flowWords } from "../state/note-keys.ts";
import type { FlowView, Size } from "../state/state.ts";
import { cut, fit, fitLine, spread } from "../text/fit.ts";
import { type Line, Span } from "../text/span.ts";
import { dim, mark, minuteText, plain, secondText, strong, toned } from "../text/words.ts";
import { drawHistogram } from "../widgets/draw-histogram.ts";
import { centred } from "../widgets/scrolled.ts";
import { waiting } from "../widgets/waiting.ts";
import { directionText, endpointFacts, flagsText, portFacts } from "./flow-facts.ts";

const BAR_ROWS = 4;
const LABEL_COLUMNS = 13;
const VALUE_COLUMNS_MAX = 44;

/** A line, and the item that is chosen there. */
type Placed = { readonly line: Line; readonly item?: number };

/** All that is known of one flow, scrolled to what is chosen. */
export function drawFlow(
  view: FlowView,
  notes: Notes,
  now: number,
  { columns, rows }: Size,
): Line[] {
  const { answer } = view;
  if (answer === undefined) return waiting(view, columns);
  const { detail } = answer;
  if (detail === undefined) {
    return [[], [toned("  This flow is not kept any more: esc leads back", "warning")]];
  }
  const { ever, flow } = detail;
  const items = detailItems(detail);
  const numbered = [...items.entries()];
  const placed = (kind: DetailItem["kind"], draw: (item: DetailItem, isChosen: boolean) => Line) =>
    numbered
      .filter(([, item]) => item.kind === kind)
      .map(([index, item]): Placed => ({ line: draw(item, index === view.row), item: index }));
  const widest = items.map((item) => (item.kind === "value" ? new Span(item.value.text).width : 0));
  const room = Math.min(VALUE_COLUMNS_MAX, Math.max(...widest)) + 2;
  const related = (side: "source" | "destination", flows: readonly RelatedFlow[]): Placed[] =>
    numbered.flatMap(([index, item]): Placed[] => {
      if (item.kind !== "related" || item.side !== side) return [];
      const line = relatedLine(flows[item.index]!.flow, side, index === view.row, columns);
      return [{ line, item: index }];
    });
  const lines = placed("line", (item, isChosen) => lineOf(item, isChosen, columns));
  const all: Placed[] = [
    ...summary(ever, flow, columns).map((line) => ({ line })),
    { line: [] },
    ...placed("value", (item, isChosen) => valueLine(ever, item, isChosen, room)),
    ...flagLine(ever).map((line) => ({ line })),
    ...noteLine(notes[flowWords(ever) ?? ""], now).map((line) => ({ line })),
    { line: [] },
    ...drawHistogram(detail.timeline, columns, BAR_ROWS, undefined, "Timeline").map((line) => ({
      line,
    })),
    ...section("Last lines", lines, "none is kept any more"),
    ...section("From the same source", related("source", detail.sameSource), "nothing else"),
    ...section(
      "To the same destination",
      related("destination", detail.sameDestination),
      "nothing else",
    ),
  ];
  const at = all.findIndex(({ item }) => item === view.row);
  return centred(
    all.map(({ line }) => line),
    at,
    rows,
  );
}

function section(title: string, placed: readonly Placed[], nothing: string): Placed[] {
  const head = placed.length === 0 ? [strong(title), dim(`: ${nothing}`)] : [strong(title)];
  return [{ line: [] }, { line: head }, ...placed];
}

function summary(ever: Flow, flow: Flow | undefined, columns: number): Line[] {
  const [source, destination, port] = (["source", "destination", "port"] as const).map(
    (cell) => flowValue(ever, cell).text,
  );
  const title: Line = [
    strong(source ?? ""),
    dim(" → "),
    strong(destination ?? ""),
    plain("  "),
    toned(port ?? "", "accent", { isBold: true }),
  ];
  const { packets, attempts, bytes } = flow ?? { packets: 0, attempts: 0, bytes: 0 };
  const each = attempts > 0 ? packets / attempts : 0;
  const counts: Line = [
    toned(countOf(packets, "packet"), "denied", { isBold: true }),
    dim(" in "),
    strong(countOf(attempts, "attempt")),
    dim(each > 1.05 ? `, each sent ${each.toFixed(1)} times,` : ","),
    plain(` ${byteSize(bytes)}`),
    ...(packets === ever.packets ? [] : [dim(`  of ${count(ever.packets)} in all that is kept`)]),
  ];
  const times: Line = [
    dim("first ever seen "),
    plain(secondText(ever.firstSeen)),
    dim(", last "),
    plain(`${secondText(ever.lastSeen)} UTC`),
  ];
  return [title, counts, times].map((line) => fitLine(line, columns));
}

/** `room` is for the value; facts stand behind it. */
function valueLine(flow: Flow, item: DetailItem, isChosen: boolean, room: number): Line {
  if (item.kind !== "value") return [];
  const { label, value } = item;
  const text = cut(new Span(value.text, { isInverse: isChosen }), room - 2);
  return [
    mark(isChosen),
    fit(label, LABEL_COLUMNS, { tone: "dim" }),
    text,
    plain(" ".repeat(room - text.width)),
    dim(factsOf(flow, label)),
  ];
}

function factsOf(flow: Flow, label: string): string {
  switch (label) {
    case "source":
      return endpointFacts(flow.src, flow.source);
    case "destination":
      return endpointFacts(flow.dst, flow.destination);
    case "port":
      return portFacts(flow);
    case "direction":
      return directionText(flow);
    case "policy": {
      const parts = [flow.tier, flow.kind].filter((part) => part !== undefined);
      return [...parts, `prefix "${flow.prefix.trimEnd()}"`].join(", ");
    }
    default:
      return "";
  }
}

function flagLine({ tcpFlags }: Flow): Line[] {
  if (tcpFlags === undefined || tcpFlags.length === 0) return [];
  return [
    [
      plain("  "),
      fit("TCP flags", LABEL_COLUMNS, { tone: "dim" }),
      plain(tcpFlags.join(" ")),
      dim(`  ${flagsText(tcpFlags)}`),
    ],
  ];
}

function noteLine(note: Note | undefined, now: number): Line[] {
  if (note === undefined) return [];
  const { acknowledged, mutedUntil, text } = note;
  const facts = [
    ...(acknowledged === undefined ? [] : [`acknowledged ${minuteText(acknowledged)}`]),
    ...(isMuted(note, now) ? [`muted to ${minuteText(mutedUntil!)}`] : []),
  ].join(", ");
  const shown = [plain(text ?? ""), dim(text === undefined ? facts : `  ${facts}`)];
  return [[plain("  "), fit("note", LABEL_COLUMNS, { tone: "dim" }), ...shown]];
}

function lineOf(item: DetailItem, isChosen: boolean, columns: number): Line {
  if (item.kind !== "line") return [];
  return fitLine([mark(isChosen), new Span(item.line, { isInverse: isChosen })], columns);
}

function relatedLine(
  flow: Flow,
  side: "source" | "destination",
  isChosen: boolean,
  columns: number,
): Line {
  const other = flowValue(flow, side === "source" ? "destination" : "source").text;
  const arrow = side === "source" ? "→" : "←";
  const text = `${arrow} ${other}  ${flowValue(flow, "port").text}`;
  return spread(
    [mark(isChosen), new Span(text, { isInverse: isChosen })],
    [toned(countOf(flow.packets, "packet"), "denied"), dim(`  ${secondText(flow.lastSeen)} `)],
    columns,
  );
}
