import { lineBytesMax } from "../src/model/limits.ts";
import { readCommonLine } from "./common-line.ts";
import { isDoubtful } from "./doubt.ts";
import { readHeader } from "./header/header.ts";
import { PROGRAM_KERNEL, PROGRAM_OWN } from "./header/program.ts";
import { openExportLine } from "./journal/export-line.ts";
import { openJsonLine } from "./journal/json-line.ts";
import type { LineParser, LineResult } from "./line-parser.ts";
import type { LineRecord } from "./line-record.ts";
import { readLogLine } from "./log-line.ts";
import { readLossMessage } from "./loss-message.ts";
import { isTrace } from "./prefix.ts";

const LF = 0x0a;
const CR = 0x0d;

/** Plain TypeScript over bytes: the common line in one go, all others by the grammar. */
export const netfilterParser: LineParser = {
  parse(bytes, start, end, record) {
    if (end - start > lineBytesMax) return "line-too-long";
    if (readCommonLine(bytes, start, end, record) && record.end === end) {
      const result = commonResult(bytes, record);
      if (result !== undefined) return result;
    }
    return parseByGrammar(bytes, start, end, record);
  },

  parseNext(bytes, start, limit, record) {
    if (readCommonLine(bytes, start, limit, record)) {
      const { end } = record;
      const isTooLong = end - start > lineBytesMax;
      const common = isTooLong ? "line-too-long" : commonResult(bytes, record);
      const result = common ?? parseByGrammar(bytes, start, end, record);
      record.end = end;
      record.next = Math.min(limit, end + (bytes[end] === CR ? 2 : 1));
      return result;
    }
    const found = bytes.indexOf(LF, start);
    const lineEnd = found < 0 || found > limit ? limit : found;
    const end = lineEnd > start && bytes[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd;
    const isTooLong = end - start > lineBytesMax;
    const result = isTooLong ? "line-too-long" : parseByGrammar(bytes, start, end, record);
    // Not what the grammar left there: it takes the frame off repeated messages.
    record.end = end;
    record.next = Math.min(limit, lineEnd + 1);
    return result;
  },
};

/** What readCommonLine() took; undefined when the grammar must say what it is. */
function commonResult(bytes: Uint8Array, record: LineRecord): LineResult | undefined {
  if (isDoubtful(bytes, record)) return undefined;
  record.text = bytes;
  record.textEnd = record.end;
  record.program = PROGRAM_KERNEL;
  return isTrace(bytes, record.prefixStart, record.prefixEnd) ? "trace" : "log";
}

/** Every line that the kernel writes, behind every header of parsers/header and parsers/journal. */
export function parseByGrammar(
  bytes: Uint8Array,
  start: number,
  end: number,
  record: LineRecord,
): LineResult {
  record.reset();
  record.text = bytes;
  record.at = start;
  record.end = end > start && bytes[end - 1] === CR ? end - 1 : end;
  const result = readLine(bytes, record);
  record.textEnd = record.end;
  return result;
}

function readLine(bytes: Uint8Array, record: LineRecord): LineResult {
  const exported = openExportLine(bytes, record);
  if (exported === "field") return "ordinary";
  if (exported === "other") openJsonLine(bytes, record);
  const { text } = record;
  const header = readHeader(text, record);
  if (record.program === PROGRAM_OWN) return "own";
  if (header === "repeat") return "repeat-of-previous";
  const message = record.at;
  const result = readLogLine(text, record);
  if (result !== "ordinary") return result;
  record.at = message;
  return readLossMessage(text, record) ? "loss-message" : "ordinary";
}
