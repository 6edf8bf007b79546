import { printable } from "../../model/printable.ts";
import { nameOfPrefix } from "../../model/verdict.ts";
import type { FieldEncoder, FieldValue } from "./message-fields.ts";
import { constant, type MessageWriter } from "./message-writer.ts";
import { plainStyle, printableBut, type TextStyle } from "./text-style.ts";

/** Values of an extension. */
export const cefStyle: TextStyle = {
  plain: printableBut("=\\"),
  escape: (text) => printable(text).replace(/[\\=]/g, String.raw`\$&`),
};

/** The keys of the fields that CEF knows, or has room for; it has none for the others. */
const openings: ReadonlyMap<string, Uint8Array> = new Map(
  Object.entries({
    node: " dvchost=",
    time: " rt=",
    src: " src=",
    srcPort: " spt=",
    dst: " dst=",
    dstPort: " dpt=",
    protocol: " proto=",
    in: " deviceInboundInterface=",
    out: " deviceOutboundInterface=",
    verdict: " act=",
    packets: " cnt=",
    bytes: " in=",
    firstSeen: " start=",
    lastSeen: " end=",
    prefix: " reason=",
    notice: " cat=",
    policy: custom("cs1", "policy"),
    tier: custom("cs2", "tier"),
    kind: custom("cs3", "kind"),
    source: custom("cs4", "source"),
    destination: custom("cs5", "destination"),
    tcpFlags: custom("cs6", "tcpFlags"),
    attempts: custom("cn1", "attempts"),
    icmpType: custom("cn2", "icmpType"),
    icmpCode: custom("cn3", "icmpCode"),
    messageCut: custom("flexString1", "messageCut"),
    direction: custom("flexString2", "direction"),
  }).map(([name, opening]) => [name, constant(opening)]),
);
/** `src` and `dst` are for IPv4 alone. */
const openingsOfIpv6: ReadonlyMap<string, Uint8Array> = new Map([
  ["src", constant(custom("c6a2", "Source IPv6 Address"))],
  ["dst", constant(custom("c6a3", "Destination IPv6 Address"))],
]);
const deviceDirections: Readonly<Record<string, Uint8Array>> = {
  ingress: constant(" deviceDirection=0"),
  "host-ingress": constant(" deviceDirection=0"),
  egress: constant(" deviceDirection=1"),
  "host-egress": constant(" deviceDirection=1"),
};
const nothing = constant("");

/** ` key=value` of an extension. */
export const cefExtension: FieldEncoder = {
  value(writer, name, value) {
    const opening = isIpv6(name, value) ? openingsOfIpv6.get(name) : openings.get(name);
    if (opening === undefined) return;
    if (name === "direction") writer.constant(deviceDirections[String(value)] ?? nothing);
    writer.constant(opening);
    addValue(writer, valueOf(name, value));
  },
  time(writer, name, micros) {
    const opening = openings.get(name);
    if (opening === undefined) return;
    writer.constant(opening);
    // Times are milliseconds since the epoch there.
    writer.number(Math.floor(micros / 1000));
  },
};

/** One of the fields that a device may use for what CEF does not know. */
export function addCustom(
  writer: MessageWriter,
  key: string,
  label: string,
  value: FieldValue,
): void {
  const mark = writer.mark();
  writer.text(custom(key, label.replace(/[^\w.-]/g, "_")), plainStyle);
  addValue(writer, value);
  writer.keepWhole(mark);
}

function isIpv6(name: string, value: FieldValue): boolean {
  return (name === "src" || name === "dst") && String(value).includes(":");
}

function custom(key: string, label: string): string {
  return ` ${key}Label=${label} ${key}=`;
}

function valueOf(name: string, value: FieldValue): FieldValue {
  if (typeof value !== "string") return value;
  if (name === "protocol") return value.toUpperCase();
  return name === "prefix" ? nameOfPrefix(value) : value;
}

/** Spaces at the ends belong to no value. */
function addValue(writer: MessageWriter, value: FieldValue): void {
  if (typeof value === "number") writer.number(value);
  else if (typeof value === "object") writer.text(value.join(" "), cefStyle);
  else writer.text(String(value).trim(), cefStyle);
}
