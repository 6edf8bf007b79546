import { type Binding, commonBindings, screenBindings } from "../state/keys.ts";
import type { HelpView, Size } from "../state/state.ts";
import { fit, fitLine } from "../text/fit.ts";
import type { Line } from "../text/span.ts";
import { dim, plain, strong, toned } from "../text/words.ts";
import { beside } from "../widgets/draw-ranking.ts";
import { scrolled } from "../widgets/scrolled.ts";

const KEY_COLUMNS = 9;
const GAP = 2;

/** The keys of the screen that the help was asked on, and those of all screens. */
export function drawHelp(view: HelpView, { columns, rows }: Size): Line[] {
  return scrolled(helpLines(view, columns), view.top, rows);
}

/** All of it, of which the screen shows a part. */
export function helpLines(view: HelpView, columns: number): Line[] {
  const width = Math.floor((columns - GAP) / 2);
  const list = (title: string, bindings: readonly Binding[]): Line[] => [
    fitLine([strong(title)], width),
    ...bindings.map(({ shown, help }) =>
      fitLine([plain("  "), fit(shown, KEY_COLUMNS, { tone: "accent" }), plain(help)], width),
    ),
  ];
  const own = list(`Keys of the ${view.of} screen`, screenBindings[view.of]);
  const common = list("Keys of all screens", commonBindings);
  const editing: Line[] = [
    [],
    [
      dim("While typing: "),
      toned("tab", "accent"),
      dim(" completes, "),
      toned("↑ ↓", "accent"),
      dim(" choose, "),
      toned("esc", "accent"),
      dim(" leaves"),
    ],
  ];
  return [...beside([own, common], GAP), ...editing];
}
