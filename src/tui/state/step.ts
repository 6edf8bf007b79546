import type { NoteChange } from "../notes/note.ts";
import type { State } from "./state.ts";

/** What has to be done outside of the state. */
export type Effect =
  | { readonly kind: "quit" }
  | { readonly kind: "copy"; readonly text: string }
  | { readonly kind: "export"; readonly format: ExportFormat }
  | { readonly kind: "note"; readonly flow: string; readonly change: NoteChange };

export const exportFormats = ["csv", "json", "markdown"] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** The state after an event, and what the event asks for besides. */
export type Step = { readonly state: State; readonly effect?: Effect };

export function said(state: State, text: string, isBad = false): Step {
  return { state: { ...state, notice: { text, isBad } } };
}
