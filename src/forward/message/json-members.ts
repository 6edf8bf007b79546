import { printable } from "../../model/printable.ts";
import type { FieldEncoder } from "./message-fields.ts";
import { constant, type MessageWriter } from "./message-writer.ts";
import { openings } from "./opening.ts";
import { plainStyle, printableBut, type TextStyle } from "./text-style.ts";

const QUOTE = constant('"');
const opening = openings((name) => `,"${name}":`);
/** JSON without escapes: what it holds is harmless. */
const withoutEscapes = printableBut("\\");

/** Text within the quotes of JSON: what is harmless has no escapes but of `"` and `\`. */
export const jsonStyle: TextStyle = {
  plain: printableBut('"\\'),
  escape: (text) => JSON.stringify(printable(text)).slice(1, -1),
};

/** `,"name":value` */
export const jsonMembers: FieldEncoder = {
  value(writer, name, value) {
    writer.constant(opening(name));
    if (typeof value === "string") {
      writer.constant(QUOTE);
      writer.text(value, jsonStyle);
      writer.constant(QUOTE);
    } else if (Number.isInteger(value)) writer.number(value as number);
    else addJson(writer, value);
  },
  time(writer, name, micros) {
    writer.constant(opening(name));
    writer.constant(QUOTE);
    writer.time(micros);
    writer.constant(QUOTE);
  },
};

/** A member with members of its own. */
export function addGroup(writer: MessageWriter, name: string, group: object): void {
  const mark = writer.mark();
  writer.constant(opening(name));
  addJson(writer, group);
  writer.keepWhole(mark);
}

function addJson(writer: MessageWriter, value: unknown): void {
  if (writer.plain(JSON.stringify(value), withoutEscapes)) return;
  writer.text(JSON.stringify(harmless(value)), plainStyle);
}

function harmless(value: unknown): unknown {
  if (typeof value === "string") return printable(value);
  if (Array.isArray(value)) return value.map(harmless);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [printable(name), harmless(field)]),
  );
}
