import type { Filter } from "./filter.ts";
import { mutedFlows } from "../notes/note.ts";
import { chosenValue } from "./chosen-value.ts";
import { exportMenu } from "./menus.ts";
import type { Command } from "./keys.ts";
import { linePrompt } from "./line-prompt.ts";
import type { LinePrompt } from "./prompt.ts";
import { refiltered } from "./narrowed.ts";
import { newEvents, newFlows, newHealth, newOverview } from "./new-view.ts";
import { pushed, type ScreenName, shownView, type State, type View } from "./state.ts";
import { said, type Step } from "./step.ts";
import { timeMenu } from "./time-menu.ts";

const handlers: Readonly<Partial<Record<Command, (state: State, filter: Filter) => Step>>> = {
  overview: (state, filter) => opened(state, "overview", (id) => newOverview(id, filter)),
  flows: (state, filter) => opened(state, "flows", (id) => newFlows(id, filter)),
  events: (state, filter) => opened(state, "events", (id) => newEvents(id, filter)),
  health: (state, filter) => opened(state, "health", (id) => newHealth(id, filter)),
  filter: (state) => asking(state, "filter", ""),
  command: (state) => asking(state, "command", ""),
  sql: (state) => {
    const view = shownView(state);
    return asking(state, "sql", view.screen === "sql" ? view.text : "");
  },
  time: (state) => ({ state: { ...state, prompt: timeMenu(state) } }),
  export: (state) => ({ state: { ...state, prompt: exportMenu() } }),
  chips: (state, { terms }) =>
    terms.length === 0
      ? said(state, "There is no filter to choose")
      : { state: { ...state, prompt: { kind: "chips", chip: terms.length - 1 } } },
  unfilter: unfiltered,
  pause: (state) => ({ state: { ...state, isPaused: !state.isPaused } }),
  muted: toggledMuted,
  copy: copied,
  help: helped,
  back,
  quit: (state) => ({ state, effect: { kind: "quit" } }),
};

/** Keys that do the same on every screen. */
export function commonKey(state: State, command: Command): Step {
  return handlers[command]?.(state, shownView(state).filter) ?? { state };
}

function toggledMuted(state: State): Step {
  const count = mutedFlows(state.notes, state.now).length;
  if (count === 0) return said(state, "Nothing is muted");
  return { state: { ...state, showsMuted: !state.showsMuted } };
}

function asking(state: State, purpose: LinePrompt["purpose"], text: string): Step {
  return { state: { ...state, prompt: linePrompt(state, purpose, text) } };
}

function copied(state: State): Step {
  const text = chosenValue(shownView(state))?.text;
  if (text === undefined) return said(state, "Nothing is chosen");
  return { ...said(state, `Copied: ${text}`), effect: { kind: "copy", text } };
}

/** The screen that is shown already stays as it is. */
function opened(state: State, screen: ScreenName, make: (id: number) => View): Step {
  return shownView(state).screen === screen ? { state } : { state: pushed(state, make) };
}

function helped(state: State): Step {
  const { screen, filter } = shownView(state);
  if (screen === "help") return back(state);
  return { state: pushed(state, (id) => ({ id, screen: "help", filter, of: screen, top: 0 })) };
}

function back(state: State): Step {
  if (state.views.length === 1) return said(state, "This is where you began; q quits");
  return { state: { ...state, views: state.views.slice(0, -1) } };
}

/** Takes the last term off, then the window. */
function unfiltered(state: State, filter: Filter): Step {
  const { terms, since, until } = filter;
  if (terms.length > 0) {
    return refiltered(state, { ...filter, terms: terms.slice(0, -1) });
  }
  if (since === undefined && until === undefined) return said(state, "There is no filter");
  return refiltered(state, { terms });
}
