import { printable } from "../../model/printable.ts";
import type { FieldEncoder } from "./message-fields.ts";
import { constant } from "./message-writer.ts";
import { openings } from "./opening.ts";
import { printableBut, type TextStyle } from "./text-style.ts";

const QUOTE = constant('"');
const opening = openings((name) => ` ${name}="`);

/** PARAM-VALUE of RFC 5424 section 6.3.3. */
const valueStyle: TextStyle = { plain: printableBut('"\\]'), escape: sdValue };

/** ` NAME="VALUE"`: SD-PARAM. */
export const sdParams: FieldEncoder = {
  value(writer, name, value) {
    writer.constant(opening(name));
    if (typeof value === "string") writer.text(value, valueStyle);
    else if (typeof value === "number") writer.number(value);
    else writer.text(typeof value === "object" ? value.join(" ") : String(value), valueStyle);
    writer.constant(QUOTE);
  },
  time(writer, name, micros) {
    writer.constant(opening(name));
    writer.time(micros);
    writer.constant(QUOTE);
  },
};

/** A text as it stands between the quotes of a value. */
export function sdValue(text: string): string {
  return printable(text).replace(/["\\\]]/g, String.raw`\$&`);
}
