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

export function exportMenu(): MenuPrompt {
  const items = [
    { key: "c", label: "CSV", value: "csv" },
    { key: "j", label: "JSON", value: "json" },
    { key: "m", label: "Markdown", value: "markdown" },
  ];
  return { kind: "menu", purpose: "export", title: "Export what is shown", items, row: 0 };
}
