import { chosenEvent } from "./chosen-event.ts";
import { commandLine } from "./command-line.ts";
import { detailItems } from "./detail-items.ts";
import { type ChosenValue, flowValue } from "./flow-terms.ts";
import { groupTerms } from "./group-terms.ts";
import type { View } from "./state.ts";
import { rowAt } from "./table-rows.ts";

/** What is chosen on the screen, to narrow to it, exclude it or copy it. */
export function chosenValue(view: View): ChosenValue | undefined {
  switch (view.screen) {
    case "overview": {
      const { focus, rows, answer } = view;
      if (focus === "histogram") return undefined;
      const row = answer?.rankings.by[focus].rows[rows[focus]];
      if (row === undefined) return undefined;
      return { text: row.text, terms: row.terms.map((each) => ({ ...each, isNegated: false })) };
    }
    case "flows": {
      const row = rowAt(view, view.row);
      if (row === undefined) return undefined;
      if (row.kind === "flow") return flowValue(row.flow, view.cell ?? "source");
      const terms = groupTerms(view.groupBy!, row.group.key) ?? [];
      return { text: row.group.key, terms };
    }
    case "flow": {
      const item = detailItems(view.answer?.detail)[view.row];
      if (item?.kind === "line") return { text: item.line, terms: [] };
      return item?.kind === "value" ? item.value : undefined;
    }
    case "events": {
      const event = view.answer?.recent.events[chosenEvent(view)];
      return event === undefined ? undefined : { text: event.line, terms: [] };
    }
    case "sql":
      return { text: view.text, terms: [] };
    case "health":
    case "help":
      return { text: commandLine(view), terms: [] };
  }
}
