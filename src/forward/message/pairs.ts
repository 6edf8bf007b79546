import { printable } from "../../model/printable.ts";
import type { FieldEncoder } from "./message-fields.ts";
import type { MessageWriter } from "./message-writer.ts";
import { openings } from "./opening.ts";
import { plainStyle, printableBut } from "./text-style.ts";

const opening = openings((name) => ` ${name}=`);
const bare = printableBut(' "=\\');

/** ` name=value`, in quotes where it must be: logfmt, which Loki and others read. */
export const pairs: FieldEncoder = {
  value(writer, name, value) {
    writer.constant(opening(name));
    if (typeof value === "string") addText(writer, value);
    else if (typeof value === "number") writer.number(value);
    else addText(writer, typeof value === "object" ? value.join(" ") : String(value));
  },
  time(writer, name, micros) {
    writer.constant(opening(name));
    writer.time(micros);
  },
};

function addText(writer: MessageWriter, text: string): void {
  if (text !== "" && writer.plain(text, bare)) return;
  writer.text(JSON.stringify(printable(text)), plainStyle);
}
