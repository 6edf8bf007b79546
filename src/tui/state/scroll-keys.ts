import type { Command } from "./keys.ts";
import { bodyRows } from "./layout.ts";
import { movedRow } from "./moved-row.ts";
import { type HealthView, type HelpView, type SqlView, type State, withView } from "./state.ts";
import type { Step } from "./step.ts";

type Scrolled = HealthView | HelpView | SqlView;

/** Screens of text are scrolled; how far they reach, whoever draws them knows. */
export function scrollKey(state: State, view: Scrolled, command: Command): Step | undefined {
  const place = { row: view.top, screen: bodyRows(state.size), last: LINES_MAX };
  const top = movedRow(command, place);
  if (top === undefined) return undefined;
  return { state: withView(state, { ...view, top: Math.min(LINES_MAX, Math.max(0, top)) }) };
}

const LINES_MAX = 100_000;
