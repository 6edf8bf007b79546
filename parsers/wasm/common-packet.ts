import {
  FLOW_DST,
  FLOW_DST_HIGH,
  FLOW_ICMP,
  FLOW_PORT,
  FLOW_PROTOCOL,
  FLOW_SRC,
  FLOW_SRC_HIGH,
} from "../../src/model/flow-key";
import {
  LINE_ICMP_ID,
  LINE_ICMP_SEQ,
  LINE_ID,
  LINE_LENGTH,
  LINE_SRC_PORT,
  LINE_TCP_FLAGS,
} from "../../src/model/line-words";
import {
  PROTOCOL_ICMP,
  PROTOCOL_ICMPV6,
  PROTOCOL_TCP,
  PROTOCOL_UDP,
} from "../../src/model/protocol-number";
import { byteAt, digits, hexDigits, SPACE, value, word } from "./bytes";
import { address, isV6, readDotted, V6_BYTES, v6Word } from "./common-address";
import { SeenText } from "./seen-text";

const SRC: u32 = 0x3d435253; // SRC=
const DST: u32 = 0x3d545344; // DST=
const LEN: u32 = 0x3d4e454c; // LEN=
const TTL: u32 = 0x3d4c5454; // TTL=
const TC: u32 = 0x3d4354; // TC=
const ID: u32 = 0x3d4449; // ID=
const DF: u32 = 0x204644; // "DF "
const PROTO: u64 = 0x3d4f544f5250; // PROTO=
const TCP: u32 = 0x20504354; // "TCP "
const UDP: u32 = 0x20504455; // "UDP "
const ICMP: u32 = 0x504d4349; // ICMP
const V6: u32 = 0x203676; // "v6 "
const SPT: u32 = 0x3d545053; // SPT=
const DPT: u32 = 0x3d545044; // DPT=
const SEQ: u32 = 0x3d514553; // SEQ=
const TOS: u64 = 0x78303d534f54; // TOS=0x
const PREC: u64 = 0x78303d43455250; // PREC=0x
const HOPLIMIT: u64 = 0x494d494c504f48; // HOPLIMI
const FLOWLBL: u64 = 0x3d4c424c574f4c46; // FLOWLBL=
const WINDOW: u64 = 0x3d574f444e4957; // WINDOW=
const RES: u64 = 0x78303d534552; // RES=0x
const SYN_URGP: u64 = 0x50475255204e5953; // "SYN URGP"
const URGP: u32 = 0x50475255; // URGP
const MARK: u64 = 0x78303d4b52414d; // MARK=0x
const TYPE: u64 = 0x3d45505954; // TYPE=
const CODE: u64 = 0x3d45444f43; // CODE=
const BYTES_3: u32 = 0xffffff;
const BYTES_5: u64 = 0xffffffffff;
const BYTES_6: u64 = 0xffffffffffff;
const BYTES_7: u64 = 0xffffffffffffff;
const EQUALS: u8 = 0x3d;
const LF: u8 = 0x0a;
const ZERO: u8 = 0x30;
/** Bit of SYN in the mask of src/model/tcp-flags.ts. */
const SYN_MASK = 1 << 7;

/** `LEN=60 TOS=0x00 PREC=0x00 TTL=63 ID=`, with the length as its value. */
const seenHeader = new SeenText();
/** `WINDOW=64240 RES=0x00 SYN URGP=0 ` to the LF, with the flags as its value. */
const seenTcp = new SeenText();

/** A number of at most `max`, left in `value`, and the space behind it: bytes, 0 when it is not. */
// @ts-ignore: decorator
@inline
function number(at: usize, max: u32): usize {
  const count = digits(at);
  return count === 0 || value > max || byteAt(at + count) !== SPACE ? 0 : count + 1;
}

/** From `SRC=` to the end of a line, into the words of `line`: where its LF is, 0 if not common. */
// @ts-ignore: decorator
@inline
export function readPacket(start: usize, line: usize): usize {
  if (word(start) !== SRC) return 0;
  const bytes = readDotted(start + 4);
  return bytes === 0 ? readV6(start + 4, line) : readV4(start + 4 + bytes, line);
}

// @ts-ignore: decorator
@inline
function readV4(start: usize, line: usize): usize {
  let at = start;
  store<u32>(line, address, FLOW_SRC * 4);
  if (word(at) !== DST) return 0;
  at += 4;
  let bytes = readDotted(at);
  if (bytes === 0) return 0;
  store<u32>(line, address, FLOW_DST * 4);
  at += bytes;
  if (seenHeader.isAt(at)) at += seenHeader.length;
  else if ((at = readHeaderFields(at)) === 0) return 0;
  store<u32>(line, seenHeader.value, LINE_LENGTH * 4);
  if ((bytes = number(at, 65535)) === 0) return 0;
  store<u32>(line, value, LINE_ID * 4);
  at += bytes;
  if ((word(at) & BYTES_3) === DF) at += 3;
  if ((load<u64>(at) & BYTES_6) !== PROTO) return 0;
  at += 6;
  const protocol = word(at);
  if (protocol === TCP) return readTcp(at + 4, line, 4);
  if (protocol === UDP) return readUdp(at + 4, line, 4);
  if (protocol === ICMP && byteAt(at + 4) === SPACE) return readIcmp(at + 5, line);
  return 0;
}

/** Reads what seenHeader is for: where the number behind `ID=` begins, 0 when it is not that. */
function readHeaderFields(start: usize): usize {
  let at = start;
  let bytes = number(at + 4, i32.MAX_VALUE);
  if (word(at) !== LEN || bytes === 0) return 0;
  const length = value;
  at += 4 + bytes;
  if (!isServiceType(at) || word(at + 19) !== TTL) return 0;
  at += 23;
  if ((bytes = number(at, 255)) === 0) return 0;
  at += bytes;
  if ((word(at) & BYTES_3) !== ID) return 0;
  seenHeader.see(start, at + 3, length);
  // Also when the text was too short to keep.
  seenHeader.value = length;
  return at + 3;
}

function readV6(start: usize, line: usize): usize {
  let at = start;
  if (!isV6(at) || word(at + V6_BYTES + 1) !== DST || !isV6(at + V6_BYTES + 5)) return 0;
  store<u32>(line, v6Word(at), FLOW_SRC_HIGH * 4);
  store<u32>(line, v6Word(at + 10), FLOW_SRC_HIGH * 4 + 4);
  store<u32>(line, v6Word(at + 20), FLOW_SRC_HIGH * 4 + 8);
  store<u32>(line, v6Word(at + 30), FLOW_SRC * 4);
  at += V6_BYTES + 5;
  store<u32>(line, v6Word(at), FLOW_DST_HIGH * 4);
  store<u32>(line, v6Word(at + 10), FLOW_DST_HIGH * 4 + 4);
  store<u32>(line, v6Word(at + 20), FLOW_DST_HIGH * 4 + 8);
  store<u32>(line, v6Word(at + 30), FLOW_DST * 4);
  at += V6_BYTES + 1;
  let bytes = number(at + 4, i32.MAX_VALUE);
  if (word(at) !== LEN || bytes === 0) return 0;
  // number() came first, so `value` is still the length.
  store<u32>(line, value, LINE_LENGTH * 4);
  store<i32>(line, -1, LINE_ID * 4);
  at += 4 + bytes;
  if ((word(at) & BYTES_3) !== TC || (bytes = number(at + 3, 255)) === 0) return 0;
  at += 3 + bytes;
  if ((load<u64>(at) & BYTES_7) !== HOPLIMIT || byteAt(at + 8) !== EQUALS) return 0;
  if ((bytes = number(at + 9, 255)) === 0) return 0;
  at += 9 + bytes;
  if (load<u64>(at) !== FLOWLBL || (bytes = number(at + 8, 0xfffff)) === 0) return 0;
  at += 8 + bytes;
  if ((load<u64>(at) & BYTES_6) !== PROTO) return 0;
  at += 6;
  const protocol = word(at);
  if (protocol === TCP) return readTcp(at + 4, line, 6);
  if (protocol === UDP) return readUdp(at + 4, line, 6);
  if (protocol === ICMP && (word(at + 4) & BYTES_3) === V6) return readIcmpV6(at + 7, line);
  return 0;
}

/** `TOS=0x10 PREC=0x00 ` with no bits but those that the kernel prints. */
// @ts-ignore: decorator
@inline
function isServiceType(at: usize): bool {
  if ((load<u64>(at) & BYTES_6) !== TOS || (load<u64>(at + 9) & BYTES_7) !== PREC) return false;
  if (byteAt(at + 8) !== SPACE || byteAt(at + 18) !== SPACE) return false;
  const high = byteAt(at + 6) - ZERO;
  const low = upperHex(byteAt(at + 7));
  const precedence = upperHex(byteAt(at + 16));
  return high < 2 && low < 16 && (low & 1) === 0 && precedence < 16 && (precedence & 1) === 0 &&
    byteAt(at + 17) === ZERO;
}

// @ts-ignore: decorator
@inline
function upperHex(byte: u8): u8 {
  return byte - ZERO < 10 ? byte - ZERO : byte - 0x41 < 6 ? byte - 0x37 : 16;
}

// @ts-ignore: decorator
@inline
function describe(line: usize, family: i32, protocol: i32, port: u32, icmp: i32): void {
  store<i32>(line, (family << 16) | (protocol + 1), FLOW_PROTOCOL * 4);
  store<u32>(line, port, FLOW_PORT * 4);
  store<i32>(line, icmp, FLOW_ICMP * 4);
}

/** `SPT=37812 DPT=8080 `: how many bytes that is, 0 when it is not that. */
// @ts-ignore: decorator
@inline
function readPorts(start: usize, line: usize, family: i32, protocol: i32): usize {
  let at = start;
  if (word(at) !== SPT) return 0;
  at += 4;
  let bytes = number(at, 65535);
  if (bytes === 0) return 0;
  store<u32>(line, value, LINE_SRC_PORT * 4);
  at += bytes;
  if (word(at) !== DPT || (bytes = number(at + 4, 65535)) === 0) return 0;
  describe(line, family, protocol, value + 1, 0);
  store<i32>(line, -1, LINE_ICMP_ID * 4);
  store<i32>(line, -1, LINE_ICMP_SEQ * 4);
  return at + 4 + bytes - start;
}

// @ts-ignore: decorator
@inline
function readTcp(start: usize, line: usize, family: i32): usize {
  const bytes = readPorts(start, line, family, PROTOCOL_TCP);
  if (bytes === 0) return 0;
  const at = start + bytes;
  const end = seenTcp.isAt(at) ? at + seenTcp.length : readTcpFields(at);
  if (end === 0) return 0;
  store<i32>(line, seenTcp.value, LINE_TCP_FLAGS * 4);
  return end - 1;
}

/** Reads what seenTcp is for: behind the LF, 0 when it is not that. */
function readTcpFields(start: usize): usize {
  let at = start;
  const bytes = number(at + 7, 65535);
  if ((load<u64>(at) & BYTES_7) !== WINDOW || bytes === 0) return 0;
  at += 7 + bytes;
  if ((load<u64>(at) & BYTES_6) !== RES || hexDigits(at + 6) !== 2 || value > 0x3c) return 0;
  if (byteAt(at + 8) !== SPACE) return 0;
  at += 9;
  let flags = 0;
  if (load<u64>(at) === SYN_URGP) {
    flags = SYN_MASK;
    at += 4;
  } else {
    // CWR to FIN are bits 1 to 8, in this order.
    for (let last = 0; word(at) !== URGP; at += 4) {
      const bit = flagBit(word(at));
      if (bit <= last) return 0;
      flags |= 1 << bit;
      last = bit;
    }
  }
  if (byteAt(at + 4) !== EQUALS) return 0;
  at += 5;
  const count = digits(at);
  if (count === 0 || value > 65535) return 0;
  const end = readEnd(at + count);
  if (end === 0) return 0;
  seenTcp.see(start, end + 1, flags);
  // Also when the text was too long to keep.
  seenTcp.value = flags;
  return end + 1;
}

/** The bit of a flag and its space; 0 when it is none. */
function flagBit(flag: u32): i32 {
  switch (flag) {
    case 0x20525743: // CWR
      return 1;
    case 0x20454345: // ECE
      return 2;
    case 0x20475255: // URG
      return 3;
    case 0x204b4341: // ACK
      return 4;
    case 0x20485350: // PSH
      return 5;
    case 0x20545352: // RST
      return 6;
    case 0x204e5953: // SYN
      return 7;
    case 0x204e4946: // FIN
      return 8;
    default:
      return 0;
  }
}

function readUdp(start: usize, line: usize, family: i32): usize {
  const bytes = readPorts(start, line, family, PROTOCOL_UDP);
  if (bytes === 0 || word(start + bytes) !== LEN) return 0;
  const at = start + bytes + 4;
  const count = digits(at);
  if (count === 0 || value > 65535) return 0;
  store<i32>(line, -1, LINE_TCP_FLAGS * 4);
  return readEnd(at + count);
}

/** `TYPE=8 CODE=0`, into `icmpRead` as the flow key has it: how many bytes, 0 when not that. */
function readType(start: usize): usize {
  let at = start;
  if ((load<u64>(at) & BYTES_5) !== TYPE) return 0;
  const bytes = number(at + 5, 255);
  if (bytes === 0) return 0;
  const type = value;
  at += 5 + bytes;
  if ((load<u64>(at) & BYTES_5) !== CODE) return 0;
  const count = digits(at + 5);
  if (count === 0 || value > 255) return 0;
  icmpRead = ((type + 1) << 16) | (value + 1);
  return at + 5 + count - start;
}

let icmpRead: i32 = 0;

function readIcmp(start: usize, line: usize): usize {
  const bytes = readType(start);
  if (bytes === 0) return 0;
  const type = (icmpRead >>> 16) - 1;
  // Errors carry a packet, or say more.
  if (type === 3 || type === 4 || type === 5 || type === 11 || type === 12) return 0;
  describe(line, 4, PROTOCOL_ICMP, 0, icmpRead);
  return readEcho(start + bytes, line, type === 0 || type === 8);
}

function readIcmpV6(start: usize, line: usize): usize {
  const bytes = readType(start);
  if (bytes === 0) return 0;
  const type = (icmpRead >>> 16) - 1;
  if (type < 5) return 0;
  describe(line, 6, PROTOCOL_ICMPV6, 0, icmpRead);
  return readEcho(start + bytes, line, type === 128 || type === 129);
}

function readEcho(start: usize, line: usize, isEcho: bool): usize {
  let at = start;
  let id: i32 = -1;
  let sequence: i32 = -1;
  if (isEcho) {
    if (word(at) !== 0x3d444920) return 0; // " ID="
    const bytes = number(at + 4, 65535);
    if (bytes === 0) return 0;
    id = value;
    at += 4 + bytes;
    if (word(at) !== SEQ) return 0;
    const count = digits(at + 4);
    if (count === 0 || value > 65535) return 0;
    sequence = value;
    at += 4 + count;
  }
  store<i32>(line, -1, LINE_SRC_PORT * 4);
  store<i32>(line, id, LINE_ICMP_ID * 4);
  store<i32>(line, sequence, LINE_ICMP_SEQ * 4);
  store<i32>(line, -1, LINE_TCP_FLAGS * 4);
  return readEnd(at);
}

/** ` MARK=0x10000 ` or nothing, and the end of the line: where it is, 0 when something else is. */
// @ts-ignore: decorator
@inline
function readEnd(start: usize): usize {
  let at = start;
  if (byteAt(at) === LF) return at;
  if (byteAt(at) !== SPACE) return 0;
  at++;
  if ((load<u64>(at) & BYTES_7) === MARK) {
    at += 7;
    const count = hexDigits(at);
    if (count === 0 || byteAt(at) === ZERO) return 0;
    at += count;
    if (byteAt(at) === SPACE) at++;
  }
  return byteAt(at) === LF ? at : 0;
}
