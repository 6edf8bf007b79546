import { type Scrolled, scrollReach } from "../screens/scroll-reach.ts";
import type { Command } from "./keys.ts";
import { clamp } from "./layout.ts";
import { movedRow } from "./moved-row.ts";
import { type State, withView } from "./state.ts";
import type { Step } from "./step.ts";

/** Screens of text are scrolled, until their last line is on the screen. */
export function scrollKey(state: State, view: Scrolled, command: Command): Step | undefined {
  const { lines, rows } = scrollReach(view, state.size);
  const last = Math.max(0, lines - rows);
  // The last row of a page says how much is below it.
  const place = { row: clamp(view.top, 0, last), screen: Math.max(1, rows - 1), last };
  const top = movedRow(command, place);
  if (top === undefined) return undefined;
  return { state: withView(state, { ...view, top: clamp(top, 0, last) }) };
}
