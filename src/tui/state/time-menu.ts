import { formatTime } from "../../model/time-window.ts";
import { STALE_MICROS } from "../../query/window.ts";
import { MICROS_PER_MINUTE, MINUTES_PER_DAY } from "../../model/time-unit.ts";
import type { MenuItem, MenuPrompt } from "./prompt.ts";
import type { State } from "./state.ts";

const DAY_MICROS = MINUTES_PER_DAY * MICROS_PER_MINUTE;

/** What the item stands for that asks for a time. */
export const OTHER_TIME = "other";

export function timeMenu(state: State): MenuPrompt {
  const items: MenuItem[] = [
    { key: "m", label: "last 15 minutes", value: "15m" },
    { key: "h", label: "last hour", value: "1h" },
    { key: "s", label: "last 6 hours", value: "6h" },
    { key: "d", label: "last day", value: "1d" },
    { key: "w", label: "last week", value: "7d" },
    { key: "n", label: "since noon, UTC", value: sinceHour(state, 12) },
    { key: "0", label: "since midnight, UTC", value: sinceHour(state, 0) },
    { key: "a", label: "all that is kept", value: "" },
    { key: "o", label: "other: a duration, or from and to", value: OTHER_TIME },
  ];
  return { kind: "menu", purpose: "time", title: "Time window", items, row: 0 };
}

/** The last time that it was so many hours, as queries count: from now or the newest denial. */
function sinceHour({ now, pulse }: State, hour: number): string {
  const newest = pulse?.newest === undefined ? now : Date.parse(pulse.newest) * 1000;
  const reference = newest < now - STALE_MICROS ? newest : now;
  const today = Math.floor(reference / DAY_MICROS) * DAY_MICROS + hour * 60 * MICROS_PER_MINUTE;
  return formatTime(today > reference ? today - DAY_MICROS : today, 0);
}
