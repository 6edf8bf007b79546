import type { Pulse } from "../../query/pulse.ts";
import type { Notes } from "../notes/note.ts";
import type { Answer } from "../queries/ask.ts";
import { commonKey } from "./common-keys.ts";
import { eventsKey } from "./events-keys.ts";
import { flowKey } from "./flow-keys.ts";
import { flowsKey } from "./flows-keys.ts";
import { commandOf } from "./keys.ts";
import { noteKey } from "./note-keys.ts";
import { overviewKey } from "./overview-keys.ts";
import { promptKey } from "./prompt-keys.ts";
import { scrollKey } from "./scroll-keys.ts";
import { settled } from "./settled.ts";
import type { Command } from "./keys.ts";
import { type Reading, shownView, type Size, type State, type View } from "./state.ts";
import type { Step } from "./step.ts";

export type Event =
  | { readonly kind: "key"; readonly key: string; readonly now: number }
  | { readonly kind: "answered"; readonly view: number; readonly answer: Answer }
  | { readonly kind: "refused"; readonly view: number; readonly message: string }
  | { readonly kind: "beat"; readonly pulse: Pulse; readonly now: number }
  | { readonly kind: "resized"; readonly size: Size }
  | { readonly kind: "reading"; readonly reading: Reading | undefined }
  | { readonly kind: "noted"; readonly notes: Notes }
  | { readonly kind: "said"; readonly text: string; readonly isBad: boolean };

/** The whole behaviour of the screen: a state and an event make the next state. Pure. */
export function reduce(state: State, event: Event): Step {
  switch (event.kind) {
    case "key":
      return press(state, event.key, event.now);
    case "answered":
      return { state: withAnswer(state, event.view, event.answer) };
    case "refused":
      return {
        state: mapView(state, event.view, (view) => ({ ...view, refusal: event.message })),
      };
    case "beat":
      return { state: { ...state, pulse: event.pulse, now: event.now } };
    case "resized":
      return { state: settled({ ...state, size: event.size }) };
    case "reading": {
      const { reading: _, ...rest } = state;
      return { state: event.reading === undefined ? rest : { ...rest, reading: event.reading } };
    }
    case "noted":
      return { state: { ...state, notes: event.notes } };
    case "said":
      return { state: { ...state, notice: { text: event.text, isBad: event.isBad } } };
  }
}

function press(before: State, key: string, now: number): Step {
  const { notice: _, ...quiet } = before;
  const state: State = { ...quiet, now };
  if (key === "ctrl-c") return { state, effect: { kind: "quit" } };
  if (state.prompt !== undefined) return promptKey(state, state.prompt, key);
  const view = shownView(state);
  const command = commandOf(view.screen, key);
  if (command === undefined) return { state };
  const step =
    screenKey(state, view, command) ?? noteKey(state, command) ?? commonKey(state, command);
  return { ...step, state: settled(step.state) };
}

/** Undefined for a key that does the same everywhere. */
function screenKey(state: State, view: View, command: Command): Step | undefined {
  switch (view.screen) {
    case "overview":
      return overviewKey(state, view, command);
    case "flows":
      return flowsKey(state, view, command);
    case "flow":
      return flowKey(state, view, command);
    case "events":
      return eventsKey(state, view, command);
    case "health":
    case "sql":
    case "help":
      return scrollKey(state, view, command);
  }
}

function mapView(state: State, id: number, map: (view: View) => View): State {
  return { ...state, views: state.views.map((view) => (view.id === id ? map(view) : view)) };
}

/** An answer of another kind than the view asks for by now is late, and is dropped. */
function withAnswer(state: State, id: number, answer: Answer): State {
  const answered = mapView(state, id, (view) => {
    const kinds: readonly string[] = view.screen === "flows" ? ["flows", "groups"] : [view.screen];
    if (!kinds.includes(answer.kind)) return view;
    const { refusal: _, ...rest } = view;
    return { ...rest, answer } as View;
  });
  return settled(answered);
}
