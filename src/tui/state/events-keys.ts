import { chosenEvent } from "./chosen-event.ts";
import type { Command } from "./keys.ts";
import { clamp, tableRows } from "./layout.ts";
import { movedRow } from "./moved-row.ts";
import { newFlow } from "./new-view.ts";
import { type EventsView, pushed, type State, withView } from "./state.ts";
import { said, type Step } from "./step.ts";

export function eventsKey(state: State, view: EventsView, command: Command): Step | undefined {
  const events = view.answer?.recent.events ?? [];
  const at = chosenEvent(view);
  const place = { row: at, screen: tableRows(state.size), last: events.length - 1 };
  const row = movedRow(command, place);
  if (row !== undefined) return { state: withView(state, heldAt(view, row)) };
  if (command === "line") {
    return { state: withView(state, { ...view, showsLine: !view.showsLine }) };
  }
  if (command === "follow") return { state: withView(state, followed(view)) };
  if (command !== "enter") return undefined;
  const event = events[at];
  if (event === undefined) return said(state, "There is no event here");
  const flow = { by: "event", number: event.event } as const;
  return { state: pushed(state, (id) => newFlow(id, view.filter, flow)) };
}

/** Held at an event, which stays chosen when newer ones come. */
function heldAt(view: EventsView, row: number): EventsView {
  const events = view.answer?.recent.events ?? [];
  const event = events[clamp(row, 0, events.length - 1)];
  return event === undefined ? view : { ...view, event: event.event };
}

/** Who follows already is held where he is. */
function followed(view: EventsView): EventsView {
  const { event, ...rest } = view;
  return event === undefined ? heldAt(view, 0) : { ...rest, top: 0 };
}
