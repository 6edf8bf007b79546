import { formatTime } from "../../model/time-window.ts";
import { parseDuration } from "../../model/duration.ts";
import type { Flow } from "../../query/flows.ts";
import { termText } from "./filter.ts";
import { flowValue } from "./flow-terms.ts";
import { linePrompt } from "./line-prompt.ts";
import { muteMenu } from "./menus.ts";
import type { Command } from "./keys.ts";
import { shownView, type State, type View } from "./state.ts";
import { said, type Step } from "./step.ts";
import { rowAt } from "./table-rows.ts";

/** Keys that note something of the chosen flow; undefined for others. */
export function noteKey(state: State, command: Command): Step | undefined {
  if (command !== "acknowledge" && command !== "mute" && command !== "note") return undefined;
  const flow = notedFlow(shownView(state));
  if (flow === undefined) return said(state, "Notes are of single flows: none is chosen");
  const note = state.notes[flow];
  switch (command) {
    case "acknowledge": {
      const acknowledged = note?.acknowledged === undefined ? formatTime(state.now, 0) : undefined;
      return { state, effect: { kind: "note", flow, change: { acknowledged } } };
    }
    case "mute":
      return { state: { ...state, prompt: muteMenu() } };
    case "note":
      return { state: { ...state, prompt: linePrompt(state, "note", note?.text ?? "") } };
  }
}

/** The text of the chosen flow's note; none takes it away. */
export function annotated(state: State, text: string): Step {
  return changed(state, { text: text === "" ? undefined : text });
}

/**
 * Mutes the chosen flow until a time, or no longer.
 *
 * @throws RangeError that says what was expected.
 */
export function muted(state: State, until: string): Step {
  return changed(state, { mutedUntil: until === "" ? undefined : mutedUntil(until, state.now) });
}

function mutedUntil(text: string, now: number): string {
  const length = parseDuration(text);
  const isDay = /^\d{4}-\d\d-\d\d(T\S+)?$/.test(text);
  const until = length === undefined ? (isDay ? Date.parse(text) * 1000 : NaN) : now + length;
  if (until > now) return formatTime(until, 0);
  throw new RangeError(
    `Cannot mute until "${text}": expected a duration such as 7d, or a day to come such as ` +
      formatTime(now, 0).slice(0, 10),
  );
}

function changed(
  state: State,
  change: Extract<NonNullable<Step["effect"]>, { kind: "note" }>["change"],
): Step {
  const flow = notedFlow(shownView(state));
  return flow === undefined ? { state } : { state, effect: { kind: "note", flow, change } };
}

/** The words of the filter that only the chosen flow passes, by which it is noted. */
function notedFlow(view: View): string | undefined {
  if (view.screen === "flow") {
    const { detail } = view.answer ?? {};
    return detail === undefined ? undefined : flowWords(detail.ever);
  }
  if (view.screen !== "flows") return undefined;
  const row = rowAt(view, view.row);
  return row?.kind === "flow" ? flowWords(row.flow) : undefined;
}

/** Who, whom and what: all flows that a person would call the same. Not for many in one. */
export function flowWords(flow: Flow): string | undefined {
  if (flow.other === true) return undefined;
  const cells = ["source", "destination", "port"] as const;
  return cells.flatMap((cell) => flowValue(flow, cell).terms.map(termText)).join(" ");
}
