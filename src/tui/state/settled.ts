import { detailItems } from "./detail-items.ts";
import { clamp, scrolledTo, tableRows } from "./layout.ts";
import { shownView, type State, type View, withView } from "./state.ts";
import { rowCount } from "./table-rows.ts";
import { chosenEvent } from "./chosen-event.ts";

/** The state with its choices among what there is, and the chosen row on the screen. */
export function settled(state: State): State {
  const view = shownView(state);
  const next = settledView(view, tableRows(state.size));
  return next === view ? state : withView(state, next);
}

function settledView(view: View, rows: number): View {
  switch (view.screen) {
    case "flows": {
      if (view.answer === undefined) return view;
      const last = Math.max(0, rowCount(view) - 1);
      const row = clamp(view.row, 0, last);
      const top = clamp(scrolledTo(row, view.top, rows), 0, Math.max(0, last - rows + 1));
      return { ...view, row, top };
    }
    case "flow": {
      if (view.answer === undefined) return view;
      const last = Math.max(0, detailItems(view.answer.detail).length - 1);
      return { ...view, row: clamp(view.row, 0, last) };
    }
    case "events": {
      const row = chosenEvent(view);
      const limit = row > view.limit - rows * 2 ? view.limit * 2 : view.limit;
      return { ...view, top: scrolledTo(row, view.top, rows), limit };
    }
    case "overview":
    case "health":
    case "sql":
    case "help":
      return view;
  }
}
