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
    const shown = shownOf(name, value);
    const opening = isIpv6(name, shown) ? openingsOfIpv6.get(name) : openings.get(name);
    if (opening === undefined || shown === "") return;
    if (name === "direction") writer.constant(deviceDirections[shown] ?? nothing);
    writer.constant(opening);
    addValue(writer, shown);
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
  const shown = shownOf(label, value);
  if (shown === "") return;
  const mark = writer.mark();
  writer.text(custom(key, label.replace(/[^\w.-]/g, "_")), plainStyle);
  addValue(writer, shown);
  writer.keepWhole(mark);
}

function custom(key: string, label: string): string {
  return ` ${key}Label=${label} ${key}=`;
}

function isIpv6(name: string, value: string | number): boolean {
  return (name === "src" || name === "dst") && String(value).includes(":");
}

/** Spaces at the ends belong to no value. */
function shownOf(name: string, value: FieldValue): string | number {
  if (typeof value === "number") return value;
  const text = typeof value === "object" ? value.join(" ") : String(value);
  if (name === "protocol") return text.toUpperCase();
  return (name === "prefix" ? nameOfPrefix(text) : text).trim();
}

function addValue(writer: MessageWriter, value: string | number): void {
  if (typeof value === "number") writer.number(value);
  else writer.text(value, cefStyle);
}
