import { denialOf } from "../../parsers/denial-of.ts";
import { LineRecord } from "../../parsers/line-record.ts";
import { netfilterParser } from "../../parsers/netfilter-parser.ts";
import type { Denial } from "../model/denial.ts";
import type { LineCircumstances } from "../query/recent-events.ts";

/** One for all: a line is read to its end before the next. */
const record = new LineRecord();

/** Reads a line that was counted, without its end; undefined when it cannot be read by itself. */
export function readDenial(line: Buffer, circumstances: LineCircumstances): Denial | undefined {
  if (netfilterParser.parse(line, 0, line.length, record) !== "log") return undefined;
  return denialOf(record, { ...circumstances, timeInferred: false });
}
