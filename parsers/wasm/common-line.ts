import { FLOW_ORIGIN } from "../../src/model/flow-key";
import { LINE_REPEATED, LINE_UPTIME_SECONDS } from "../../src/model/line-words";
import { node, prefix, readHeader, uptime } from "./common-header";
import { readLink } from "./common-link";
import { readPacket } from "./common-packet";
import { readStamp } from "./stamp";

/**
 * Reads the line that nearly all denials are, into the words of `line` (src/model/line-words.ts):
 * a stamp of a known hour, a known host and prefix, and a packet without anything unusual. Returns
 * where its LF is, 0 for any other line, which the grammar must read. Takes no line otherwise than
 * the grammar does; test/pipeline/engine.test.ts holds it to that.
 */
// @ts-ignore: decorator
@inline
export function readCommonLine(start: usize, line: usize): usize {
  let at = readStamp(start);
  if (at === 0) return 0;
  at = readHeader(at);
  if (at === 0) return 0;
  at = readLink(at, line);
  if (at === 0) return 0;
  at = readPacket(at, line);
  if (at === 0) return 0;
  store<i32>(line, (prefix << 16) | node, FLOW_ORIGIN * 4);
  store<i32>(line, uptime, LINE_UPTIME_SECONDS * 4);
  store<i32>(line, 1, LINE_REPEATED * 4);
  return at;
}
