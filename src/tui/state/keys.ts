import type { ScreenName } from "./state.ts";

/** What a key does, by the name that the code knows it by. */
export type Command =
  | "overview"
  | "flows"
  | "events"
  | "health"
  | "filter"
  | "time"
  | "chips"
  | "unfilter"
  | "command"
  | "sql"
  | "pause"
  | "muted"
  | "copy"
  | "export"
  | "help"
  | "back"
  | "quit"
  | "up"
  | "down"
  | "page-up"
  | "page-down"
  | "first"
  | "last"
  | "left"
  | "right"
  | "range-left"
  | "range-right"
  | "enter"
  | "exclude"
  | "next-panel"
  | "previous-panel"
  | "group"
  | "unfold"
  | "follow"
  | "line"
  | "acknowledge"
  | "mute"
  | "note"
  | "sort-packets"
  | "sort-attempts"
  | "sort-bytes"
  | "sort-first"
  | "sort-last"
  | "sort-source"
  | "sort-destination"
  | "sort-port";

export type Binding = {
  /** As normalKey() names them; any of them does it. */
  readonly keys: readonly string[];
  /** As the help writes them. */
  readonly shown: string;
  readonly help: string;
  readonly command: Command;
  /** A word for the line at the bottom, where it is worth the room. */
  readonly hint?: string;
};

const movement: readonly Binding[] = [
  { keys: ["up", "k"], shown: "↑ k", help: "up", command: "up" },
  { keys: ["down", "j"], shown: "↓ j", help: "down", command: "down" },
  { keys: ["pageup", "ctrl-b"], shown: "PgUp ^B", help: "a screen up", command: "page-up" },
  { keys: ["pagedown", "ctrl-f"], shown: "PgDn ^F", help: "a screen down", command: "page-down" },
  { keys: ["home", "g"], shown: "Home g", help: "to the first row", command: "first" },
  { keys: ["end", "G"], shown: "End G", help: "to the last row", command: "last" },
];

const upAndDown = movement.slice(0, 2);

/** Keys that do the same on every screen. */
export const commonBindings: readonly Binding[] = [
  { keys: ["1"], shown: "1", help: "overview of this filter", command: "overview" },
  { keys: ["2"], shown: "2", help: "flows of this filter", command: "flows" },
  { keys: ["3"], shown: "3", help: "events of this filter", command: "events" },
  { keys: ["4"], shown: "4", help: "health, losses", command: "health" },
  { keys: ["/"], shown: "/", help: "filter, as to-port 5432", command: "filter", hint: "filter" },
  { keys: ["t"], shown: "t", help: "time window", command: "time", hint: "time" },
  { keys: ["c"], shown: "c", help: "choose a filter chip", command: "chips" },
  { keys: ["backspace"], shown: "⌫", help: "take the last filter off", command: "unfilter" },
  { keys: [":"], shown: ":", help: "command, as :flows or :quit", command: "command" },
  { keys: [";"], shown: ";", help: "read-only SQL", command: "sql" },
  { keys: ["="], shown: "=", help: "pause, or go on", command: "pause" },
  { keys: ["M"], shown: "M", help: "show what is muted, or leave it out", command: "muted" },
  { keys: ["y"], shown: "y", help: "copy what is chosen", command: "copy" },
  { keys: ["e"], shown: "e", help: "export what is shown", command: "export" },
  { keys: ["?"], shown: "?", help: "these keys", command: "help", hint: "help" },
  { keys: ["esc"], shown: "esc", help: "back to where you were", command: "back", hint: "back" },
  { keys: ["q", "ctrl-c"], shown: "q ^C", help: "quit", command: "quit", hint: "quit" },
];

const sorts: readonly Binding[] = [
  { keys: ["P"], shown: "P", help: "sort by packets", command: "sort-packets" },
  { keys: ["A"], shown: "A", help: "sort by attempts", command: "sort-attempts" },
  { keys: ["B"], shown: "B", help: "sort by bytes", command: "sort-bytes" },
  { keys: ["F"], shown: "F", help: "sort by first seen", command: "sort-first" },
  { keys: ["L"], shown: "L", help: "sort by last seen", command: "sort-last" },
  { keys: ["S"], shown: "S", help: "sort by source", command: "sort-source" },
  { keys: ["D"], shown: "D", help: "sort by destination", command: "sort-destination" },
  { keys: ["O"], shown: "O", help: "sort by port", command: "sort-port" },
];

const notes: readonly Binding[] = [
  { keys: ["a"], shown: "a", help: "acknowledge, or no longer", command: "acknowledge" },
  { keys: ["m"], shown: "m", help: "mute until a date", command: "mute" },
  { keys: ["n"], shown: "n", help: "note an owner, or anything", command: "note" },
];

/** Keys of one screen; they come before the common ones. */
export const screenBindings: Readonly<Record<ScreenName, readonly Binding[]>> = {
  overview: [
    {
      keys: ["enter"],
      shown: "enter",
      help: "only this value, or zoom into the chosen time",
      command: "enter",
      hint: "only this",
    },
    { keys: ["!"], shown: "!", help: "without this value", command: "exclude", hint: "without" },
    { keys: ["tab"], shown: "tab", help: "next list", command: "next-panel", hint: "next list" },
    { keys: ["S-tab"], shown: "⇧tab", help: "list before", command: "previous-panel" },
    { keys: ["left", "h"], shown: "← h", help: "earlier in the histogram", command: "left" },
    { keys: ["right", "l"], shown: "→ l", help: "later in the histogram", command: "right" },
    { keys: ["S-left", "H"], shown: "⇧← H", help: "range to the left", command: "range-left" },
    { keys: ["S-right", "L"], shown: "⇧→ L", help: "range to the right", command: "range-right" },
    ...upAndDown,
  ],
  flows: [
    {
      keys: ["enter"],
      shown: "enter",
      help: "all of this flow, or only the chosen value",
      command: "enter",
      hint: "detail",
    },
    { keys: ["right", "l"], shown: "→ l", help: "choose a value", command: "right" },
    { keys: ["left", "h"], shown: "← h", help: "choose the value before", command: "left" },
    { keys: ["!"], shown: "!", help: "without the chosen value", command: "exclude" },
    { keys: ["b"], shown: "b", help: "group by", command: "group", hint: "group" },
    { keys: [" "], shown: "space", help: "unfold or fold a group", command: "unfold" },
    ...notes,
    ...sorts,
    ...movement,
  ],
  flow: [
    {
      keys: ["enter"],
      shown: "enter",
      help: "flows with this value, or this related flow",
      command: "enter",
      hint: "only this",
    },
    { keys: ["!"], shown: "!", help: "flows without this value", command: "exclude" },
    ...notes,
    ...movement,
  ],
  events: [
    { keys: ["f"], shown: "f", help: "follow the newest", command: "follow", hint: "follow" },
    { keys: ["l"], shown: "l", help: "show the whole line", command: "line", hint: "line" },
    { keys: ["enter"], shown: "enter", help: "the flow of it", command: "enter", hint: "flow" },
    ...movement,
  ],
  health: movement,
  sql: movement,
  help: movement,
};

export function commandOf(screen: ScreenName, key: string): Command | undefined {
  const bindings = [...screenBindings[screen], ...commonBindings];
  return bindings.find(({ keys }) => keys.includes(key))?.command;
}
