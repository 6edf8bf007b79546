import type { LinePrompt, Suggestion } from "./prompt.ts";
import type { State } from "./state.ts";
import { commandSuggestions, filterSuggestions } from "./suggestions.ts";

/** A prompt with so much typed already. */
export function linePrompt(state: State, purpose: LinePrompt["purpose"], text: string): LinePrompt {
  const typed = { kind: "line", purpose, text, cursor: text.length } as const;
  return { ...typed, suggestions: suggestionsFor(state, purpose, text), chosen: -1 };
}

function suggestionsFor(
  state: State,
  purpose: LinePrompt["purpose"],
  text: string,
): readonly Suggestion[] {
  switch (purpose) {
    case "filter":
      return filterSuggestions(state, text);
    case "command":
      return commandSuggestions(text);
    case "time":
    case "sql":
    case "note":
    case "mute":
      return [];
  }
}

/** The prompt after a key that edits it; undefined for one that does not. */
export function edited(state: State, prompt: LinePrompt, key: string): LinePrompt | undefined {
  const { text, cursor } = prompt;
  const before = text.slice(0, cursor);
  const behind = text.slice(cursor);
  const typed = (head: string, tail: string): LinePrompt => {
    const next = linePrompt(state, prompt.purpose, head + tail);
    return { ...next, cursor: head.length };
  };
  switch (key) {
    case "left":
    case "ctrl-b":
      return { ...prompt, cursor: Math.max(0, cursor - (lastOf(before)?.length ?? 0)) };
    case "right":
    case "ctrl-f":
      return { ...prompt, cursor: cursor + (firstOf(behind)?.length ?? 0) };
    case "home":
    case "ctrl-a":
      return { ...prompt, cursor: 0 };
    case "end":
    case "ctrl-e":
      return { ...prompt, cursor: text.length };
    case "backspace":
    case "ctrl-h":
      return typed(before.slice(0, before.length - (lastOf(before)?.length ?? 0)), behind);
    case "ctrl-u":
      return typed("", behind);
    case "ctrl-w":
      return typed(before.replace(/\S*\s*$/, ""), behind);
    case "ctrl-k":
      return typed(before, "");
    case "up":
      return chosen(prompt, -1);
    case "down":
      return chosen(prompt, 1);
    case "tab":
      return completed(state, prompt);
    default:
      return Array.from(key).length === 1 ? typed(before + key, behind) : undefined;
  }
}

function firstOf(text: string): string | undefined {
  return Array.from(text)[0];
}

function lastOf(text: string): string | undefined {
  return Array.from(text).at(-1);
}

function chosen(prompt: LinePrompt, by: number): LinePrompt {
  const count = prompt.suggestions.length;
  if (count === 0) return prompt;
  const next = prompt.chosen + by;
  return { ...prompt, chosen: next < -1 ? count - 1 : next >= count ? -1 : next };
}

/** The chosen suggestion, else the first. */
export function completed(state: State, prompt: LinePrompt): LinePrompt {
  const taken = prompt.suggestions[Math.max(0, prompt.chosen)];
  return taken === undefined ? prompt : linePrompt(state, prompt.purpose, taken.text);
}
