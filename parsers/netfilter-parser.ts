import { lineBytesMax } from "../src/model/limits.ts";
import { readHeader } from "./header/header.ts";
import { PROGRAM_OWN } from "./header/program.ts";
import { openExportLine } from "./journal/export-line.ts";
import { openJsonLine } from "./journal/json-line.ts";
import type { LineParser, LineResult } from "./line-parser.ts";
import type { LineRecord } from "./line-record.ts";
import { readLogLine } from "./log-line.ts";
import { readLossMessage } from "./loss-message.ts";

const LF = 0x0a;
const CR = 0x0d;

/** Plain TypeScript over bytes: the reference. Most lines of a log are counted by parsers/wasm. */
export const netfilterParser: LineParser = {
  parse(bytes, start, end, record) {
    return end - start > lineBytesMax ? "line-too-long" : parseByGrammar(bytes, start, end, record);
  },

  parseNext(bytes, start, limit, record) {
    const found = bytes.indexOf(LF, start);
    const lineEnd = found < 0 || found > limit ? limit : found;
    const end = lineEnd > start && bytes[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd;
    const result = netfilterParser.parse(bytes, start, end, record);
    // Not what the grammar left there: it takes the frame off repeated messages.
    record.end = end;
    record.next = Math.min(limit, lineEnd + 1);
    return result;
  },
};

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
