import { parseMoment } from "../../query/window.ts";
import type { Filter } from "./filter.ts";

/**
 * Reads `1h`, `2h 30m` (from two hours ago to half an hour ago) or two RFC 3339 times.
 *
 * @throws RangeError that says what was expected.
 */
export function windowOf(text: string): Pick<Filter, "since" | "until"> {
  const [since = "", until, ...rest] = text.trim().split(/\s+/);
  if (rest.length > 0) throw new RangeError("Cannot read the window: expected one or two times");
  parseMoment("since", since);
  if (until === undefined) return { since };
  parseMoment("until", until);
  return { since, until };
}
