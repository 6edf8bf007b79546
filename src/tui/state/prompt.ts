/** A line that is being typed. */
export type LinePrompt = {
  readonly kind: "line";
  readonly purpose: "filter" | "time" | "command" | "sql" | "note" | "mute";
  readonly text: string;
  /** In characters from the beginning. */
  readonly cursor: number;
  readonly suggestions: readonly Suggestion[];
  /** The chosen one; -1 while none is. */
  readonly chosen: number;
  readonly error?: string;
};

export type Suggestion = {
  /** What the line becomes. */
  readonly text: string;
  readonly help: string;
};

/** A list of which one is taken, by its letter or by enter. */
export type MenuPrompt = {
  readonly kind: "menu";
  readonly purpose: "time" | "group" | "export" | "mute";
  readonly title: string;
  readonly items: readonly MenuItem[];
  readonly row: number;
};

export type MenuItem = { readonly key: string; readonly label: string; readonly value: string };

/** The chips of the filter, of which one is chosen. */
export type ChipsPrompt = { readonly kind: "chips"; readonly chip: number };

export type Prompt = LinePrompt | MenuPrompt | ChipsPrompt;
