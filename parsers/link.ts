import { hasUpperHex } from "./address.ts";
import type { LineRecord } from "./line-record.ts";
import { ETHERNET_HEADER_CHARACTERS, isEthernetHeader } from "./mac.ts";
import { isWord, key, key4, SPACE, skip, skip4, skipSpaces, skipWord } from "./scan.ts";

const PHYSIN = key("PHYSIN=");
const PHYSOUT = key("PHYSOUT=");
const MAC = key4("MAC=");
const MACSRC = key("MACSRC=");
const MACDST = key(" MACDST=");
const VPROTO = key(" VPROTO=");
const VID = key(" VID=");
const MACPROTO = key(" MACPROTO=");
const TUNNEL = key("TUNNEL=");
const IPV4_TYPES = ["08:00", "0800"].map(key);
const IPV6_TYPES = ["86:dd", "86dd"].map(key);

/** Bridge ports and the link header, in either of its forms (dump_mac_header). */
export function readLink(bytes: Uint8Array, record: LineRecord): void {
  if (skip(bytes, record, PHYSIN)) {
    record.physInStart = record.at;
    skipWord(bytes, record);
    record.physInEnd = record.at;
    skipSpaces(bytes, record);
  }
  if (skip(bytes, record, PHYSOUT)) {
    record.physOutStart = record.at;
    skipWord(bytes, record);
    record.physOutEnd = record.at;
    skipSpaces(bytes, record);
  }
  if (skip4(bytes, record, MAC)) readMac(bytes, record);
  else if (skip(bytes, record, MACSRC)) readDecodedMac(bytes, record);
  skipSpaces(bytes, record);
}

/** `MAC=aa:bb:...`: as many bytes as a header of the device has, none for a tunnel's. */
function readMac(bytes: Uint8Array, record: LineRecord): void {
  record.macStart = record.at;
  if (isEthernetHeader(bytes, record.at, record.end)) record.at += ETHERNET_HEADER_CHARACTERS;
  else skipWord(bytes, record);
  record.macEnd = record.at;
  if (hasUpperHex(bytes, record.macStart, record.macEnd)) {
    // Made illegible (`XX:XX`) is not forged: then there is no address to be misled by.
    if (isMac(bytes, record.macStart, record.macEnd)) record.suspect = true;
  }
  skipSpaces(bytes, record);
  if (skip(bytes, record, TUNNEL)) {
    record.tunnelStart = record.at;
    skipWord(bytes, record);
    record.tunnelEnd = record.at;
  }
}

/** `MACSRC= MACDST= [VPROTO= VID=] MACPROTO=`, with --log-macdecode. */
function readDecodedMac(bytes: Uint8Array, record: LineRecord): void {
  record.macStart = record.at - MACSRC.length;
  skipWord(bytes, record);
  if (skip(bytes, record, MACDST)) skipWord(bytes, record);
  if (skip(bytes, record, VPROTO)) skipWord(bytes, record);
  if (skip(bytes, record, VID)) skipWord(bytes, record);
  if (skip(bytes, record, MACPROTO)) skipWord(bytes, record);
  record.macEnd = record.at;
}

/** Hex pairs with colons between them. */
export function isMac(bytes: Uint8Array, start: number, end: number): boolean {
  if ((end - start) % 3 !== 2) return false;
  for (let at = start; at < end; at++) {
    const isColon = (at - start) % 3 === 2;
    if (isColon ? bytes[at] !== 0x3a : !isHex(bytes[at]!)) return false;
  }
  return true;
}

function isHex(byte: number): boolean {
  const lower = byte | 0x20;
  return (byte >= 0x30 && byte <= 0x39) || (lower >= 0x61 && lower <= 0x66);
}

/** Whether the frame was not IP: the kernel prints the link header of such, and no more. */
export function isOtherFrame(bytes: Uint8Array, record: LineRecord): boolean {
  const { macStart: start, macEnd: end } = record;
  if (end - start < ETHERNET_HEADER_CHARACTERS || bytes[end - 1] === SPACE) return false;
  const isDecoded = bytes[start + 3] === MACSRC[3];
  if (!isDecoded && end - start !== ETHERNET_HEADER_CHARACTERS) return false;
  const length = isDecoded ? 4 : 5;
  const typeStart = end - length;
  for (let i = 0; i < IPV4_TYPES.length; i++) {
    if (isWord(bytes, typeStart, end, IPV4_TYPES[i]!)) return false;
    if (isWord(bytes, typeStart, end, IPV6_TYPES[i]!)) return false;
  }
  return isDecoded ? bytes[typeStart - 1] === 0x3d : isMac(bytes, start, end);
}
