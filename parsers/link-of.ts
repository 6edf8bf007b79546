import type { Link } from "../src/model/denial.ts";
import type { Mutable } from "../src/model/mutable.ts";
import { DIALECT_EBTABLES, type LineRecord } from "./line-record.ts";
import { isMac } from "./link.ts";
import { textOf } from "./shown.ts";

const ADDRESS_CHARACTERS = 17;
const ETHERNET_BYTES = 14;

/** Adds bridge ports, link header and tunnel. */
export function addLink(record: LineRecord, into: Mutable<Link>): void {
  const { text } = record;
  const physIn = textOf(text, record.physInStart, record.physInEnd);
  if (physIn !== "") into.physIn = physIn;
  const physOut = textOf(text, record.physOutStart, record.physOutEnd);
  if (physOut !== "") into.physOut = physOut;
  if (record.macStart < record.macEnd) Object.assign(into, macOf(record));
  if (record.tunnelStart === record.tunnelEnd) return;
  const tunnel = /^([\d.]+)->([\d.]+)$/.exec(textOf(text, record.tunnelStart, record.tunnelEnd));
  if (tunnel !== null) into.tunnel = { src: tunnel[1]!, dst: tunnel[2]! };
}

function macOf(record: LineRecord): Pick<Link, "mac" | "vlan"> {
  const { text, macStart, macEnd } = record;
  const mac = textOf(text, macStart, macEnd);
  if (record.dialect === DIALECT_EBTABLES) {
    const parts = /^([\da-f:]{17}) MAC dest = ([\da-f:]{17}) proto = 0x([\da-f]{4})$/.exec(mac);
    if (parts === null) return {};
    const [, src = "", dst = "", type = ""] = parts;
    return { mac: { dst, src, type } };
  }
  if (mac.startsWith("MACSRC=")) return decodedMacOf(mac);
  return isMac(text, macStart, macEnd) ? frameOf(mac) : {};
}

/**
 * Destination, source and type of an Ethernet header. Some devices have longer headers, of which
 * the first twelve bytes are addresses all the same; shorter ones have none.
 */
function frameOf(mac: string): Pick<Link, "mac"> {
  const bytes = (mac.length + 1) / 3;
  if (bytes < ETHERNET_BYTES - 2) return {};
  const dst = mac.slice(0, ADDRESS_CHARACTERS);
  const src = mac.slice(ADDRESS_CHARACTERS + 1, 2 * ADDRESS_CHARACTERS + 1);
  if (bytes === ETHERNET_BYTES) return { mac: { dst, src, type: mac.slice(-5) } };
  return { mac: { dst, src, bytes } };
}

function decodedMacOf(text: string): Pick<Link, "mac" | "vlan"> {
  const parts = /^MACSRC=(\S+) MACDST=(\S+)(?: VPROTO=(\S+) VID=(\d+))? MACPROTO=(\S+)$/.exec(text);
  if (parts === null) return {};
  const [, src = "", dst = "", protocol, id, type = ""] = parts;
  const mac = { dst, src, type };
  return protocol === undefined ? { mac } : { mac, vlan: { protocol, id: Number(id) } };
}
