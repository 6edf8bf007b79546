import type { LineRecord } from "./line-record.ts";
import { dottedAddress } from "./address.ts";
import { decimal, find, key, SPACE, skip, skipSpaces, startsAt } from "./scan.ts";
import { tcpFlagNames } from "../src/model/tcp-flags.ts";

/** Every word of the grammar: what the kernel writes, though not here. */
const keys =
  "IN=|OUT=|PHYSIN=|PHYSOUT=|MAC=|MACSRC=|MACDST=|MACPROTO=|VPROTO=|VID=|TUNNEL=|SRC=|" +
  "DST=|LEN=|TOS=|PREC=|TTL=|ID=|CE |DF |MF |FRAG:|ID:|OPT (|TRUNCATED|TC=|HOPLIMIT=|" +
  "FLOWLBL=|PROTO=|SPT=|DPT=|SEQ=|ACK=|WINDOW=|RES=|URGP=|INCOMPLETE|TYPE=|CODE=|" +
  "PARAMETER=|POINTER=|GATEWAY=|MTU=|SPI=|UID=|GID=|MARK=|ARP |ARP HTYPE=|" +
  "Unknown Ext Hdr |[SRC=|[TRUNCATED]|MAC source = ";
const flags = tcpFlagNames.map((name) => `${name} `);
const words = [...keys.split("|"), ...flags].map(key);

/** What is wrong at the cursor, where something must stand, or where nothing more may stand. */
export type Damage = "cut-short" | "unknown-token" | "suspect";

/**
 * `cut-short` when the line ends within a word of the grammar, `suspect` when a word of the grammar
 * stands where the kernel never puts it: twice, or out of its order.
 */
export function damageAt(bytes: Uint8Array, record: LineRecord): Damage {
  skipSpaces(bytes, record);
  const { at, end } = record;
  if (at === end || isBeginning(bytes, at, end)) return "cut-short";
  // The last word, which may have lost the space behind it.
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (startsAt(bytes, at, end, word)) return "suspect";
    const isLast = end - at === word.length - 1 && word[word.length - 1] === SPACE;
    if (isLast && startsAt(bytes, at, end, word.subarray(0, -1))) return "suspect";
  }
  return "unknown-token";
}

/** Whether bytes[at, end) are the beginning of a word, and no whole one. */
export function isBeginning(bytes: Uint8Array, at: number, end: number): boolean {
  const length = end - at;
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (length >= word.length) continue;
    let same = 0;
    while (same < length && bytes[at + same] === word[same]) same++;
    if (same === length) return true;
  }
  return false;
}

const PROTO = key("PROTO=");
const SRC = key(" SRC=");
const IN = key("IN=");
const OUT = key("OUT=");
const SPT = key("SPT=");
const DPT = key("DPT=");
const TYPE = key("TYPE=");
const CODE = key("CODE=");
/** What may stand before `PROTO=` in a packet: the end of ID=, FLOWLBL=, FRAG:, and flags. */
const beforeProtocol = ["ID=", "DF", "MF", "CE", "FRAG:", "FLOWLBL=", ")"].map(key);
const protocols = ["TCP ", "UDP ", "UDPLITE ", "ICMP ", "ICMPv6 "].map(key);

/**
 * What a line without interfaces has of a packet: `cut-short` when its head is missing
 * (`L=126 ID=8698 DF PROTO=TCP SPT=88 DPT=51179`), `unknown-dialect` when somebody leaves out
 * keys that have no value, as pve-firewall does; undefined when there is no packet.
 */
export function packetWithoutHead(
  bytes: Uint8Array,
  record: LineRecord,
): "cut-short" | "unknown-dialect" | undefined {
  const { at: start, end } = record;
  for (let at = find(bytes, start, end, PROTO); at >= 0; at = find(bytes, at + 1, end, PROTO)) {
    if (!isBehindHeader(bytes, start, at) || !hasTransport(bytes, record, at)) continue;
    const source = find(bytes, start, at, SRC);
    const head = source < 0 ? start : source;
    const isOther =
      source >= 0 &&
      hasAddress(bytes, record, source + SRC.length) &&
      (find(bytes, start, head, IN) >= 0 || find(bytes, start, head, OUT) >= 0);
    return isOther ? "unknown-dialect" : "cut-short";
  }
  return undefined;
}

/** Looks at the word before `at` only. */
function isBehindHeader(bytes: Uint8Array, start: number, at: number): boolean {
  if (at <= start || bytes[at - 1] !== SPACE) return false;
  const limit = Math.max(start, at - 20);
  let word = at - 1;
  while (word > limit && bytes[word - 1] !== SPACE) word--;
  for (let i = 0; i < beforeProtocol.length; i++) {
    if (startsAt(bytes, word, at, beforeProtocol[i]!)) return true;
  }
  return false;
}

/** `PROTO=TCP SPT=1 DPT=2` or `PROTO=ICMP TYPE=8 CODE=0` at `at`. */
function hasTransport(bytes: Uint8Array, record: LineRecord, at: number): boolean {
  const { at: cursor } = record;
  record.at = at + PROTO.length;
  let isNamed = false;
  for (let i = 0; i < protocols.length && !isNamed; i++) {
    isNamed = skip(bytes, record, protocols[i]!);
  }
  const has = isNamed && (hasPair(bytes, record, SPT, DPT) || hasPair(bytes, record, TYPE, CODE));
  record.at = cursor;
  return has;
}

function hasPair(
  bytes: Uint8Array,
  record: LineRecord,
  first: Uint8Array,
  second: Uint8Array,
): boolean {
  if (!skip(bytes, record, first) || decimal(bytes, record, 65_535) < 0) return false;
  skipSpaces(bytes, record);
  return skip(bytes, record, second) && decimal(bytes, record, 65_535) >= 0;
}

function hasAddress(bytes: Uint8Array, record: LineRecord, at: number): boolean {
  const { at: cursor } = record;
  record.at = at;
  const isDotted = dottedAddress(bytes, record) >= 0;
  record.at = cursor;
  return isDotted;
}
