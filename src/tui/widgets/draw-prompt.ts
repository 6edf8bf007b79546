import type { LinePrompt, MenuPrompt } from "../state/prompt.ts";
import type { State } from "../state/state.ts";
import { fit, fitLine, wrap } from "../text/fit.ts";
import { type Line, Span } from "../text/span.ts";
import { dim, mark, plain, strong, toned } from "../text/words.ts";

const SIGNS: Readonly<Record<LinePrompt["purpose"], string>> = {
  filter: "/",
  time: "time ",
  command: ":",
  sql: "; ",
  note: "note ",
  mute: "mute until ",
};

const examples: Readonly<Record<LinePrompt["purpose"], string>> = {
  filter: "an address, a port, a name, or as to-port 5432 not protocol icmp",
  time: "1h, or 2h 30m for two hours to half an hour ago, or two RFC 3339 times",
  command: "overview, flows, events, health, by policy, since 1h, quit",
  sql: "as SELECT * FROM flows LIMIT 20; docs/database.md describes the tables",
  note: "an owner, a ticket, what it is; empty takes the note away",
  mute: "a duration such as 7d, or a day such as 2027-01-31",
};

const SUGGESTION_COLUMNS = 44;

/** What stands above the line at the bottom: a list to choose from, or what may be typed. */
export function drawPrompt(state: State, rows: number): Line[] {
  const { prompt, size } = state;
  if (prompt === undefined || prompt.kind === "chips") return [];
  const lines = prompt.kind === "menu" ? menu(prompt, rows) : suggestions(prompt, size.columns);
  return lines.length === 0 ? [] : [rule(size.columns), ...lines].slice(-rows);
}

/** The line at the bottom while something is asked for; undefined while nothing is. */
export function promptLine({ prompt, size }: State): Line | undefined {
  if (prompt === undefined) return undefined;
  switch (prompt.kind) {
    case "menu":
      return [
        plain(" "),
        strong(prompt.title),
        dim("  by its letter, or ↑ ↓ and enter; esc leaves"),
      ];
    case "chips":
      return [
        plain(" "),
        strong("Filter"),
        dim("  ← → choose, x removes, ! turns it round, esc leaves"),
      ];
    case "line":
      return typing(prompt, size.columns);
  }
}

function rule(columns: number): Line {
  return [dim("─".repeat(columns))];
}

function menu({ items, row }: MenuPrompt, rows: number): Line[] {
  const room = Math.max(1, rows - 2);
  const top = Math.max(0, Math.min(row - room + 1, items.length - room));
  return items.slice(top, top + room).map(({ key, label }, index) => {
    const isChosen = top + index === row;
    return [
      mark(isChosen),
      toned(key, "accent", { isBold: true }),
      plain("  "),
      new Span(label, { isInverse: isChosen }),
    ];
  });
}

function suggestions({ suggestions: all, chosen, error }: LinePrompt, columns: number): Line[] {
  if (error !== undefined) return wrap(error, columns, { tone: "bad" });
  return all.map(({ text, help }, index) => {
    const isChosen = index === chosen;
    return fitLine(
      [mark(isChosen), fit(text, SUGGESTION_COLUMNS, { isInverse: isChosen }), dim(`  ${help}`)],
      columns,
    );
  });
}

/** The text with its cursor, from where on the cursor is on the screen. */
function typing({ purpose, text, cursor }: LinePrompt, columns: number): Line {
  const sign = toned(` ${SIGNS[purpose]}`, "accent", { isBold: true });
  if (text === "") {
    return [sign, new Span(" ", { isInverse: true }), dim(` ${examples[purpose]}`)];
  }
  const room = columns - sign.width - 2;
  const from = Math.max(0, cursor - room);
  const [under = " ", ...behind] = Array.from(text.slice(cursor));
  return [
    sign,
    plain(text.slice(from, cursor)),
    new Span(under, { isInverse: true }),
    plain(behind.join("")),
  ];
}
