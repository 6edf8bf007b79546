import type { EventsView } from "./state.ts";

/** Where the chosen event is among those of the answer; the newest while none is held. */
export function chosenEvent({ event, answer }: EventsView): number {
  const events = answer?.recent.events ?? [];
  const index = events.findIndex((each) => each.event === event);
  return Math.max(0, index);
}
