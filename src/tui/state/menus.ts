import { topDimensions } from "../../query/top.ts";
import type { MenuPrompt } from "./prompt.ts";

export function groupMenu(): MenuPrompt {
  const letters = "abcdefghijklmnopqrstuvwxyz";
  const items = topDimensions.map((by, index) => ({
    key: letters[index + 1]!,
    label: by,
    value: by,
  }));
  const none = { key: "a", label: "no groups", value: "" };
  return { kind: "menu", purpose: "group", title: "Group by", items: [none, ...items], row: 0 };
}

/** What the item stands for that asks for a date. */
export const OTHER_DATE = "other";

export function muteMenu(): MenuPrompt {
  const items = [
    { key: "d", label: "for a day", value: "1d" },
    { key: "w", label: "for a week", value: "7d" },
    { key: "m", label: "for 30 days", value: "30d" },
    { key: "o", label: "other: a duration or a date", value: OTHER_DATE },
    { key: "x", label: "no longer", value: "" },
  ];
  return { kind: "menu", purpose: "mute", title: "Mute this flow", items, row: 0 };
}

export function exportMenu(): MenuPrompt {
  const items = [
    { key: "c", label: "CSV", value: "csv" },
    { key: "j", label: "JSON", value: "json" },
    { key: "m", label: "Markdown", value: "markdown" },
  ];
  return { kind: "menu", purpose: "export", title: "Export what is shown", items, row: 0 };
}
