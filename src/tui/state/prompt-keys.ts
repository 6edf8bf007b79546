import { isOneOf } from "../../model/is-one-of.ts";
import { topDimensions } from "../../query/top.ts";
import { filterWords } from "../../model/filter-words.ts";
import { withTerms } from "./filter.ts";
import { clamp } from "./layout.ts";
import { completed, edited, linePrompt } from "./line-prompt.ts";
import { refiltered } from "./narrowed.ts";
import { newSql } from "./new-view.ts";
import { OTHER_DATE } from "./menus.ts";
import { annotated, muted } from "./note-keys.ts";
import type { ChipsPrompt, LinePrompt, MenuPrompt, Prompt } from "./prompt.ts";
import { pushed, shownView, type State, withView } from "./state.ts";
import { runCommand } from "./run-command.ts";
import { exportFormats, type Step } from "./step.ts";
import { OTHER_TIME } from "./time-menu.ts";
import { windowOf } from "./window-text.ts";

/** A key while something is asked for at the bottom. */
export function promptKey(state: State, prompt: Prompt, key: string): Step {
  if (key === "esc") return { state: closed(state) };
  switch (prompt.kind) {
    case "line":
      return lineKey(state, prompt, key);
    case "menu":
      return menuKey(state, prompt, key);
    case "chips":
      return chipsKey(state, prompt, key);
  }
}

export function closed(state: State): State {
  const { prompt: _, ...rest } = state;
  return rest;
}

function lineKey(state: State, prompt: LinePrompt, key: string): Step {
  if (key === "enter") return submitted(state, prompt);
  // On an empty line there is nothing to take back but the line itself.
  if (key === "backspace" && prompt.text === "") return { state: closed(state) };
  return { state: { ...state, prompt: edited(state, prompt, key) ?? prompt } };
}

function submitted(state: State, prompt: LinePrompt): Step {
  const { purpose } = prompt;
  if (prompt.chosen >= 0) {
    const taken = completed(state, prompt);
    // A name alone still wants its value.
    if (taken.text.endsWith(" ")) return { state: { ...state, prompt: taken } };
    return submitted(state, taken);
  }
  const text = prompt.text.trim();
  if (purpose === "note") return annotated(closed(state), text);
  if (text === "") return { state: closed(state) };
  try {
    switch (purpose) {
      case "mute":
        return muted(closed(state), text);
      case "filter":
        return filtered(closed(state), prompt);
      case "time":
        return refiltered(closed(state), {
          terms: shownView(state).filter.terms,
          ...windowOf(text),
        });
      case "command":
        return runCommand(closed(state), text);
      case "sql": {
        if (text.trim() === "") return { state: closed(state) };
        const { filter } = shownView(state);
        return { state: pushed(closed(state), (id) => newSql(id, filter, text)) };
      }
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { state: { ...state, prompt: { ...prompt, error: error.message } } };
  }
}

/** A word alone, as an address or the name of a pod, means the first that is suggested for it. */
function filtered(state: State, prompt: LinePrompt): Step {
  const { filter } = shownView(state);
  try {
    return refiltered(state, withTerms(filter, filterWords(prompt.text)));
  } catch (error) {
    const [first] = prompt.suggestions;
    if (first === undefined || first.text.endsWith(" ")) throw error;
    return refiltered(state, withTerms(filter, filterWords(first.text)));
  }
}

function menuKey(state: State, prompt: MenuPrompt, key: string): Step {
  const { items, row } = prompt;
  const to = (next: number): Step => {
    return { state: { ...state, prompt: { ...prompt, row: clamp(next, 0, items.length - 1) } } };
  };
  if (key === "up") return to(row - 1);
  if (key === "down") return to(row + 1);
  const item = key === "enter" ? items[row] : items.find((each) => each.key === key);
  return item === undefined ? { state } : taken(closed(state), prompt.purpose, item.value);
}

function taken(state: State, purpose: MenuPrompt["purpose"], value: string): Step {
  const view = shownView(state);
  switch (purpose) {
    case "time": {
      if (value === OTHER_TIME) {
        return { state: { ...state, prompt: linePrompt(state, "time", "") } };
      }
      const { terms } = view.filter;
      return refiltered(state, value === "" ? { terms } : { terms, since: value });
    }
    case "mute":
      return value === OTHER_DATE
        ? { state: { ...state, prompt: linePrompt(state, "mute", "") } }
        : muted(state, value);
    case "group": {
      if (view.screen !== "flows") return { state };
      const { groupBy: _, ...rest } = view;
      const grouped = isOneOf(topDimensions, value) ? { groupBy: value } : {};
      const place = { row: 0, top: 0, unfolded: [] };
      return { state: withView(state, { ...rest, ...place, ...grouped }) };
    }
    case "export": {
      const format = exportFormats.find((each) => each === value);
      return format === undefined ? { state } : { state, effect: { kind: "export", format } };
    }
  }
}

function chipsKey(state: State, prompt: ChipsPrompt, key: string): Step {
  const { filter } = shownView(state);
  const { terms } = filter;
  const chip = clamp(prompt.chip, 0, terms.length - 1);
  const to = (next: number): Step => {
    const place = clamp(next, 0, terms.length - 1);
    return { state: { ...state, prompt: { kind: "chips", chip: place } } };
  };
  switch (key) {
    case "left":
      return to(chip - 1);
    case "right":
      return to(chip + 1);
    case "x":
    case "backspace":
      return refiltered(closed(state), { ...filter, terms: terms.toSpliced(chip, 1) });
    case "!": {
      const term = terms[chip]!;
      const turned = { ...term, isNegated: !term.isNegated };
      return refiltered(closed(state), { ...filter, terms: terms.with(chip, turned) });
    }
    case "enter":
    case "c":
      return { state: closed(state) };
    default:
      return { state };
  }
}
