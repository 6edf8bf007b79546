import { countOf } from "../../query/output/wording.ts";
import type { Pulse } from "../../query/pulse.ts";
import { mutedFlows } from "../notes/note.ts";
import { termText } from "../state/filter.ts";
import { type Binding, type Command, commonBindings, screenBindings } from "../state/keys.ts";
import { bodyRows, sizeMin } from "../state/layout.ts";
import { type ScreenName, shownView, type Size, type State } from "../state/state.ts";
import { fitLine, spread } from "../text/fit.ts";
import { type Line, Span, widthOf } from "../text/span.ts";
import { ageText, dim, minuteText, plain, strong, toned } from "../text/words.ts";
import { drawPrompt, promptLine } from "../widgets/draw-prompt.ts";
import { drawEvents } from "./draw-events.ts";
import { drawFlow } from "./draw-flow.ts";
import { drawFlows } from "./draw-flows.ts";
import { drawHealth } from "./draw-health.ts";
import { drawHelp } from "./draw-help.ts";
import { drawOverview } from "./draw-overview.ts";
import { drawReading } from "./draw-reading.ts";
import { drawSql } from "./draw-sql.ts";

const titles: Readonly<Record<ScreenName, string>> = {
  overview: "Overview",
  flows: "Flows",
  flow: "Flow",
  events: "Events",
  health: "Health",
  sql: "SQL",
  help: "Keys",
};

const PATH_VIEWS_MAX = 4;
/** Of the title, for the way to the shown view. */
const WAY_SHARE = 0.6;
const SOURCE_GAP = 3;
const QUIET_MICROS = 60_000_000;

/** The whole screen as lines: what the state looks like. Pure. */
export function drawFrame(state: State): Line[] {
  const { size } = state;
  if (size.columns < sizeMin.columns || size.rows < sizeMin.rows) {
    return [[plain(`Needs ${sizeMin.columns}x${sizeMin.rows} or more, q quits`)]];
  }
  const rows = bodyRows(size);
  const body =
    state.reading === undefined ? drawView(state, rows) : drawReading(state.reading, size.columns);
  const prompt = drawPrompt(state, rows);
  const room = rows - prompt.length;
  const shown = Array.from({ length: room }, (_, index): Line => body[index] ?? []);
  return [title(state), chips(state), ...shown, ...prompt, promptLine(state) ?? status(state)].map(
    (line) => fitLine(line, size.columns),
  );
}

function drawView(state: State, rows: number): Line[] {
  const view = shownView(state);
  const size: Size = { columns: state.size.columns, rows };
  switch (view.screen) {
    case "overview":
      return drawOverview(view, size);
    case "flows":
      return drawFlows(view, state.notes, state.now, size);
    case "flow":
      return drawFlow(view, state.notes, state.now, size);
    case "events":
      return drawEvents(view, size);
    case "health":
      return drawHealth(view, size);
    case "sql":
      return drawSql(view, size, state.isLive);
    case "help":
      return drawHelp(view, size);
  }
}

/** Where one is, and how one came there, as far back as there is room; then the source. */
function title({ views, size, source }: State): Line {
  const path = views
    .map(({ screen }) => titles[screen])
    .filter((name, index, all) => name !== all[index - 1]);
  const name = new Span(" denyscope ", { tone: "accent", isBold: true, isInverse: true });
  const way = (count: number): Line => {
    const before = path.slice(-1 - count, -1).flatMap((each) => [dim(each), dim(" › ")]);
    const isCut = count < path.length - 1;
    return [name, plain(" "), ...(isCut ? [dim("… › ")] : []), ...before, strong(path.at(-1)!)];
  };
  const counts = [...path.keys()].slice(0, PATH_VIEWS_MAX);
  const half = Math.floor(size.columns * WAY_SHARE);
  const left = way(counts.findLast((count) => widthOf(way(count)) <= half) ?? 0);
  const room = size.columns - widthOf(left) - SOURCE_GAP;
  // The end of a path tells more than its beginning.
  const from = Array.from(new Span(source).text);
  const shown = from.length <= room ? from.join("") : `…${from.slice(1 - room).join("")}`;
  return spread(left, [dim(` ${shown} `)], size.columns);
}

/** What the numbers are about: a window, and a chip for each term. */
function chips(state: State): Line {
  const { terms, since, until } = shownView(state).filter;
  const { prompt } = state;
  const chosen = prompt?.kind === "chips" ? prompt.chip : undefined;
  const window = [
    ...(since === undefined
      ? []
      : [/^\d{4}/.test(since) ? `from ${minuteText(since)}` : `last ${since}`]),
    ...(until === undefined
      ? []
      : [/^\d{4}/.test(until) ? `to ${minuteText(until)}` : `until ${until} ago`]),
  ];
  const time = window.length === 0 ? "all that is kept" : window.join(" ");
  const all = terms.map((term, index) => {
    const tone = term.isNegated ? "warning" : "accent";
    const isInverse = index === chosen;
    return [plain(" "), new Span(`[${termText(term)}]`, { tone, isInverse })];
  });
  const muted = state.showsMuted ? 0 : mutedFlows(state.notes, state.now).length;
  const without = muted === 0 ? [] : [dim(` [without ${countOf(muted, "muted flow")}]`)];
  const shownTime = toned(time, window.length === 0 ? "dim" : "accent");
  return [plain(" "), shownTime, ...all.flat(), ...without];
}

function status(state: State): Line {
  const { notice, size } = state;
  if (notice !== undefined) {
    return [plain(" "), toned(notice.text, notice.isBad ? "bad" : "plain", { isBold: true })];
  }
  const left = [plain(" "), ...health(state)];
  return spread(left, hints(state, size.columns - widthOf(left) - 1), size.columns);
}

/** Whether anybody writes, and whether the counts are all there is. */
function health({ isPaused, isLive, pulse, now, views }: State): Line {
  const state = !isLive
    ? dim("■ read to the end")
    : isPaused
      ? toned("‖ paused", "warning")
      : isQuiet(pulse, now)
        ? dim("○ quiet")
        : toned("● live", "good");
  if (pulse === undefined) return [state];
  const { updatedAt, losses } = pulse;
  const age = !isLive
    ? ""
    : updatedAt === undefined
      ? "nothing read yet"
      : `read ${ageText(now - Date.parse(updatedAt) * 1000)} ago`;
  const lost =
    losses === 0
      ? []
      : [
          plain("  "),
          toned(
            `! ${countOf(losses, "known loss", "known losses")}: counts are at least`,
            "warning",
          ),
        ];
  const refusal = views.at(-1)?.refusal;
  const refused = refusal === undefined ? [] : [plain("  "), toned(refusal, "bad")];
  return [state, dim(`  ${age}`), ...lost, ...refused];
}

/** What is left out last where there is no room for all. */
const hintOrder: readonly Command[] = [
  "help",
  "enter",
  "filter",
  "time",
  "group",
  "follow",
  "line",
  "back",
  "exclude",
  "next-panel",
  "quit",
];

/** Some keys of the screen, as many as there is room for. */
function hints(state: State, room: number): Line {
  const { screen } = shownView(state);
  const all = [...screenBindings[screen], ...commonBindings].filter(
    ({ hint, command }) => hint !== undefined && (command !== "back" || state.views.length > 1),
  );
  const important = all.toSorted(
    (a, b) => hintOrder.indexOf(a.command) - hintOrder.indexOf(b.command),
  );
  const drawn = (count: number) => {
    const kept = new Set(important.slice(0, count));
    return all.filter((binding) => kept.has(binding)).flatMap(hintSpans);
  };
  const fits = important.findLastIndex((_, index) => widthOf(drawn(index + 1)) < room);
  return [...drawn(fits + 1), plain(" ")];
}

/** Whether nobody seems to write: an agent commits once a second. */
function isQuiet(pulse: Pulse | undefined, now: number): boolean {
  const { updatedAt } = pulse ?? {};
  return updatedAt !== undefined && now - Date.parse(updatedAt) * 1000 > QUIET_MICROS;
}

function hintSpans({ shown, hint = "" }: Binding): Line {
  const key = toned(shown.split(" ")[0] ?? "", "accent", { isBold: true });
  return [plain("  "), key, dim(` ${hint}`)];
}
