import fc from "fast-check";
import type { Denial, Mac } from "../../src/model/denial.ts";
import { generatedHeader, optionalUptime } from "./generated-header.ts";
import { generatedPacket } from "./generated-packet.ts";

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
  fc.stringMatching(/^[A-Za-z0-9_.@=-]{1,15}$/),
);

const ethernet = fc.stringMatching(/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/);
type Link = { readonly text: string; readonly mac?: Mac };
const link: fc.Arbitrary<Link> = fc.oneof(
  { weight: 2, arbitrary: fc.constant({ text: "" }) },
  { weight: 2, arbitrary: fc.constant({ text: "MAC= " }) },
  {
    weight: 4,
    arbitrary: fc.tuple(ethernet, ethernet).map(([dst, src]) => ({
      text: `MAC=${dst}:${src}:08:00 `,
      mac: { dst, src, type: "08:00" },
    })),
  },
  fc
    .tuple(ethernet, ethernet, fc.constantFrom("", "VPROTO=8100 VID=10 "))
    .map(([src, dst, vlan]) => ({
      text: `MACSRC=${src} MACDST=${dst} ${vlan}MACPROTO=0800 `,
      mac: { dst, src, type: "0800" },
    })),
);
const bridgePorts = fc.constantFrom("", "", "PHYSIN=veth1 ", "PHYSIN=veth1 PHYSOUT=veth2 ");

const owner = fc.oneof(
  fc.constant({ text: "", fields: {} }),
  fc.tuple(fc.nat(), fc.nat()).map(([uid, gid]) => ({
    text: `UID=${uid} GID=${gid} `,
    fields: { uid, gid },
  })),
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
        `${before}IN=${inName} OUT=${outName} ${rest.bridgePorts}${frame.text}${rest.text}` +
        // The kernel is done with a packet where it says so with a bracket.
        (rest.text.endsWith(")") ? "" : user.text + label.text),
      fields: {
        prefix: before,
        verdict,
        ...(inName === "" ? {} : { in: inName }),
        ...(outName === "" ? {} : { out: outName }),
        ...(frame.mac === undefined ? {} : { mac: frame.mac }),
        ...packet,
        ...(inner === undefined ? {} : { inner }),
        ...(rest.text.endsWith(")") ? {} : { ...user.fields, ...label.fields }),
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
    line: end(header.text + text),
    denial: { ...header.fields, ...fields },
  }),
);

/** rsyslog puts a frame around the message and what printk wrote before it. */
const repeated = fc
  .tuple(
    generatedHeader.filter(({ text, fields }) => text !== "" && fields.uptime === undefined),
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
