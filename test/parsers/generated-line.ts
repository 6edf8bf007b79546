import fc from "fast-check";
import type { Denial, Link } from "../../src/model/denial.ts";
import { generatedHeader, optionalUptime } from "./generated-header.ts";
import { generatedPacket, isEnd } from "./generated-packet.ts";

/** A LOG line of the kernel's grammar (net/netfilter/nf_log_syslog.c), and what it says. */
export type GeneratedLine = { readonly line: string; readonly denial: Denial };

/** Characters of a prefix that spell no word with a meaning. */
const prefixUnit = fc.constantFrom(...'bdgx-_:()"=.%#'.split(""), " ", "[", "]", "🛑", "é");
const prefix = fc.oneof(
  fc.constantFrom(
    { text: "calico-packet: ", verdict: "denied" as const },
    { text: "calico-packet-rst: ", verdict: "allowed" as const },
    { text: "[UFW BLOCK] ", verdict: "unknown" as const },
    { text: "IN= foo IN=bar ININ: ", verdict: "unknown" as const },
    { text: "default knp payments/deny-eve", verdict: "unknown" as const },
  ),
  fc
    .string({ unit: prefixUnit, maxLength: 127 })
    .map((text) => ({ text: text.trimStart(), verdict: "unknown" as const })),
);

const interfaceName = fc.oneof(
  fc.constantFrom("", "eth0", "eth0.90", "cali0123456789a", "vxlan.calico", "tunl0"),
  fc.stringMatching(/^[A-Za-z0-9_.@=-]{1,15}$/).filter((name) => name !== "." && name !== ".."),
);

const ethernet = fc.stringMatching(/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/);
type LinkPart = { readonly text: string; readonly fields: Link };
const none: fc.Arbitrary<LinkPart> = fc.constant({ text: "", fields: {} });
const link: fc.Arbitrary<LinkPart> = fc.oneof(
  { weight: 2, arbitrary: none },
  { weight: 2, arbitrary: fc.constant({ text: "MAC= ", fields: {} }) },
  {
    weight: 4,
    arbitrary: fc.tuple(ethernet, ethernet).map(([dst, src]) => ({
      text: `MAC=${dst}:${src}:08:00 `,
      fields: { mac: { dst, src, type: "08:00" } },
    })),
  },
  fc.tuple(ethernet, ethernet, fc.boolean()).map(([src, dst, isTagged]) => ({
    text: `MACSRC=${src} MACDST=${dst} ${isTagged ? "VPROTO=8100 VID=10 " : ""}MACPROTO=0800 `,
    fields: {
      mac: { dst, src, type: "0800" },
      ...(isTagged ? { vlan: { protocol: "8100", id: 10 } } : {}),
    },
  })),
  // A SIT device: Ethernet, the outer IPv4 header, and its addresses once more.
  fc.tuple(ethernet, ethernet).map(([dst, src]) => ({
    text: `MAC=${dst}:${src}:08:00${":45".repeat(20)} TUNNEL=192.0.2.1->192.0.2.2 `,
    fields: { mac: { dst, src, bytes: 34 }, tunnel: { src: "192.0.2.1", dst: "192.0.2.2" } },
  })),
);
const bridgePorts: fc.Arbitrary<LinkPart> = fc.oneof(
  none,
  none,
  fc.constant({ text: "PHYSIN=veth1 ", fields: { physIn: "veth1" } }),
  fc.constant({
    text: "PHYSIN=veth1 PHYSOUT=veth2 ",
    fields: { physIn: "veth1", physOut: "veth2" },
  }),
);

const owner = fc.oneof(
  fc.constant({ text: "", fields: {} }),
  fc.tuple(fc.nat(), fc.nat()).map(([uid, gid]) => ({
    text: `UID=${uid} GID=${gid} `,
    fields: { uid, gid },
  })),
  fc.nat().map((uid) => ({ text: `UID=${uid} `, fields: { uid } })),
  fc.nat().map((gid) => ({ text: `GID=${gid} `, fields: { gid } })),
);
const mark = fc.oneof(
  fc.constant({ text: "", fields: {} }),
  fc.stringMatching(/^0x[1-9a-f][0-9a-f]{0,7}$/).map((value) => ({
    text: `MARK=${value} `,
    fields: { mark: value },
  })),
);

const message = fc
  .record({ prefix, inName: interfaceName, outName: interfaceName, bridgePorts, link, owner, mark })
  .chain((parts) => generatedPacket.map((packet) => ({ ...parts, ...packet })))
  .map(({ prefix: { text: before, verdict }, inName, outName, ...rest }) => {
    const { packet, inner, link: frame, owner: user, mark: label } = rest;
    return {
      text:
        `${before}IN=${inName} OUT=${outName} ${rest.bridgePorts.text}${frame.text}${rest.text}` +
        (isEnd(rest.text) ? "" : user.text + label.text),
      fields: {
        prefix: before,
        verdict,
        ...(inName === "" ? {} : { in: inName }),
        ...(outName === "" ? {} : { out: outName }),
        ...rest.bridgePorts.fields,
        ...frame.fields,
        ...packet,
        ...(inner === undefined ? {} : { inner }),
        ...(isEnd(rest.text) ? {} : { ...user.fields, ...label.fields }),
      },
    };
  });

/** Mails, web pages and copies lose the space at the end. */
const trailing = fc.constantFrom(
  (text: string) => text,
  (text: string) => text.trimEnd(),
);

const plain = fc.tuple(generatedHeader, message, trailing).map(
  ([header, { text, fields }, end]): GeneratedLine => ({
    line: header.wrap === undefined ? end(header.text + text) : header.wrap(text),
    denial: { ...header.fields, ...fields },
  }),
);

/** rsyslog puts a frame around the message and what printk wrote before it. */
const repeated = fc
  .tuple(
    generatedHeader.filter(
      ({ text, fields, wrap }) => text !== "" && fields.uptime === undefined && !wrap,
    ),
    optionalUptime,
    message,
    fc.integer({ min: 2, max: 100_000 }),
  )
  .map(
    ([header, uptime, { text, fields }, times]): GeneratedLine => ({
      line: `${header.text}message repeated ${times} times: [ ${uptime.text}${text}]`,
      denial: { ...header.fields, ...uptime.fields, ...fields, repeated: times },
    }),
  );

export const generatedLine: fc.Arbitrary<GeneratedLine> = fc.oneof(
  { weight: 9, arbitrary: plain },
  { weight: 1, arbitrary: repeated },
);
