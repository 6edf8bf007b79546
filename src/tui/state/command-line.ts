import { termText } from "./filter.ts";
import type { View } from "./state.ts";

/** What gives the same numbers on a command line. */
export function commandLine({ screen, filter }: Pick<View, "screen" | "filter">): string {
  if (screen === "health" || screen === "help") return "denyscope status";
  const { since, until, terms } = filter;
  const flags = [
    ...(since === undefined ? [] : [`--since ${since}`]),
    ...(until === undefined ? [] : [`--until ${until}`]),
    ...terms.map(
      (term) => `${term.isNegated ? "--not " : ""}--${termText({ ...term, isNegated: false })}`,
    ),
  ];
  return ["denyscope flows", ...flags].join(" ");
}
