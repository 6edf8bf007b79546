import { isOneOf } from "../../model/is-one-of.ts";
import { topDimensions } from "../../query/top.ts";
import { commonKey } from "./common-keys.ts";
import { filterWords } from "../../model/filter-words.ts";
import { withTerms } from "./filter.ts";
import { refiltered } from "./narrowed.ts";
import { newFlows, newSql } from "./new-view.ts";
import { pushed, shownView, type State } from "./state.ts";
import type { Step } from "./step.ts";
import { windowOf } from "./window-text.ts";

const screens = ["overview", "flows", "events", "health", "help"] as const;

/**
 * Runs what was typed behind a colon.
 *
 * @throws RangeError that says what was expected.
 */
export function runCommand(state: State, line: string): Step {
  const [, word = "", argument = ""] = /^(\S+)\s*(.*)$/s.exec(line) ?? [];
  const { filter } = shownView(state);
  const screen = screens.find((each) => each === word);
  if (screen !== undefined) return commonKey(state, screen);
  switch (word) {
    case "q":
    case "quit":
      return { state, effect: { kind: "quit" } };
    case "all":
      return refiltered(state, { terms: [] });
    case "since":
      return refiltered(state, { ...filter, ...windowOf(argument) });
    case "until": {
      const { since: until } = windowOf(argument);
      return refiltered(state, { ...filter, until: until! });
    }
    case "filter":
      return refiltered(state, withTerms(filter, filterWords(argument)));
    case "sql":
      return { state: pushed(state, (id) => newSql(id, filter, argument)) };
    case "by":
      if (isOneOf(topDimensions, argument)) {
        const make = (id: number) => ({ ...newFlows(id, filter), groupBy: argument });
        return { state: pushed(state, make) };
      }
      throw new RangeError(`Cannot group by "${argument}": expected src, dst, port, policy ...`);
    default:
      throw new RangeError(
        `Cannot run "${word}": expected ${screens.join(", ")}, since, until, filter, by, sql, ` +
          "all or quit",
      );
  }
}
