import fc from "fast-check";
import type { Packet } from "../../src/model/denial.ts";
import { tcpFlagNames } from "../../src/model/tcp-flags.ts";

/** A packet as nf_log_syslog.c prints it, the packet within an ICMP error, and what it says. */
export type GeneratedPacket = {
  readonly text: string;
  readonly packet: Packet;
  readonly inner?: Partial<Packet>;
};

/** Behind these nothing follows: the kernel is done with the packet. */
export const isEnd = (text: string) =>
  /(\)|TRUNCATED ?|Unknown Ext Hdr \d+)$/.test(text) ||
  /PROTO=(TCP|UDP|UDPLITE|ICMPv6) INCOMPLETE \[\d+ bytes\] $/.test(text);

type Part = {
  readonly text: string;
  readonly fields: Partial<Packet>;
  readonly inner?: Partial<Packet>;
};

const u8 = fc.integer({ min: 0, max: 255 });
const u16 = fc.integer({ min: 0, max: 65_535 });
const u32 = fc.integer({ min: 0, max: 4_294_967_295 });
const length = fc.oneof(fc.integer({ min: 20, max: 1500 }), fc.integer({ min: 0, max: 300_000 }));
const hexByte = (value: number) => value.toString(16).toUpperCase().padStart(2, "0");
const optionBytes = fc.stringMatching(/^([0-9A-F]{8}){1,10}$/);

const nothing: fc.Arbitrary<Part> = fc.constant({ text: "", fields: {} });

const optional = (part: fc.Arbitrary<Part>) => fc.oneof(nothing, part);

function joined(parts: readonly Part[]): Part {
  const inner = parts.find((part) => part.inner !== undefined)?.inner;
  return {
    text: parts.map(({ text }) => text).join(""),
    fields: Object.assign({}, ...parts.map(({ fields }) => fields)) as Partial<Packet>,
    ...(inner === undefined ? {} : { inner }),
  };
}

const sequence = (...parts: readonly fc.Arbitrary<Part>[]) => fc.tuple(...parts).map(joined);

/** A key whose value users do not see. */
const unseen = <T>(value: fc.Arbitrary<T>, print: (value: T) => string): fc.Arbitrary<Part> =>
  value.map((each) => ({ text: print(each), fields: {} }));

const numbered = (
  value: fc.Arbitrary<number>,
  name: keyof Packet,
  print: (value: number) => string,
): fc.Arbitrary<Part> =>
  value.map((each) => ({ text: print(each), fields: { [name]: each } as Partial<Packet> }));

const short = numbered(
  fc.integer({ min: 0, max: 19 }),
  "incomplete",
  (bytes) => `INCOMPLETE [${bytes} bytes] `,
);

const ports = sequence(
  numbered(u16, "srcPort", (port) => `SPT=${port} `),
  numbered(u16, "dstPort", (port) => `DPT=${port} `),
);

const flags = fc
  .oneof(fc.constant(["SYN" as const]), fc.subarray([...tcpFlagNames]))
  .map((names) => ({
    text: names.map((name) => `${name} `).join(""),
    fields: { tcpFlags: names },
  }));

const tcpHeader = sequence(
  ports,
  optional(
    fc.tuple(u32, u32).map(([tcpSeq, tcpAck]) => ({
      text: `SEQ=${tcpSeq} ACK=${tcpAck} `,
      fields: { tcpSeq, tcpAck },
    })),
  ),
  numbered(u16, "window", (window) => `WINDOW=${window} `),
  unseen(u8, (bits) => `RES=0x${(bits & 0x3c).toString(16).padStart(2, "0")} `),
  flags,
  fc.oneof(fc.constant(0), u16).map((urgentPointer) => ({
    text: `URGP=${urgentPointer} `,
    fields: urgentPointer === 0 ? {} : { urgentPointer },
  })),
  fc.oneof(
    optional(
      optionBytes.map((tcpOptions) => ({ text: `OPT (${tcpOptions}) `, fields: { tcpOptions } })),
    ),
    fc.constant({ text: "OPT (TRUNCATED)", fields: { truncated: true as const } }),
  ),
);

const named = (name: string, protocol: string, ...rest: readonly fc.Arbitrary<Part>[]) =>
  sequence(fc.constant({ text: `PROTO=${name} `, fields: { protocol } }), ...rest);

const tcp = named("TCP", "tcp", fc.oneof({ weight: 9, arbitrary: tcpHeader }, short));
const datagram = sequence(
  ports,
  numbered(u16, "udpLength", (bytes) => `LEN=${bytes} `),
);
const udp = named("UDP", "udp", fc.oneof({ weight: 9, arbitrary: datagram }, short));
const udplite = named("UDPLITE", "udplite", datagram);
function spiOf(value: fc.Arbitrary<number>): fc.Arbitrary<Part> {
  return value.map((number) => {
    const spi = `0x${number.toString(16)}`;
    return { text: `SPI=${spi} `, fields: { spi } };
  });
}
const security = (name: string) => named(name, name.toLowerCase(), fc.oneof(short, spiOf(u32)));
const protocolNumbers = [
  [2, "igmp"],
  [33, "dccp"],
  [47, "gre"],
  [59, "59"],
  [89, "ospf"],
  [112, "vrrp"],
  [132, "sctp"],
  [255, "255"],
] as const;
const byNumber = fc
  .constantFrom(...protocolNumbers)
  .map(([number, protocol]): Part => ({ text: `PROTO=${number} `, fields: { protocol } }));

const typeAndCode = (types: fc.Arbitrary<number>) =>
  sequence(
    numbered(types, "icmpType", (type) => `TYPE=${type} `),
    numbered(u8, "icmpCode", (code) => `CODE=${code} `),
  );
const echo = sequence(
  numbered(u16, "icmpId", (id) => `ID=${id} `),
  numbered(u16, "icmpSeq", (seq) => `SEQ=${seq} `),
);
const mtu = numbered(u16, "mtu", (bytes) => `MTU=${bytes} `);

const dotted = fc
  .oneof(fc.constantFrom(0, 1, 0x7fffffff, 0x80000000, 0xffffffff), u32)
  .map((word) => [24, 16, 8, 0].map((shift) => (word >>> shift) & 255).join("."));
const gateway = dotted.map(
  (text): Part => ({
    text: `GATEWAY=${text} `,
    fields: { gateway: text },
  }),
);

const unreadable = fc.constant({
  text: "[TRUNCATED] ",
  fields: {},
  inner: { truncated: true as const },
});
const bracketed = (packet: fc.Arbitrary<Part>): fc.Arbitrary<Part> =>
  fc.oneof({ weight: 9, arbitrary: inBrackets(packet) }, unreadable);
const inBrackets = (packet: fc.Arbitrary<Part>) =>
  packet.map(
    ({ text, fields }): Part => ({
      text: `[${text}] `,
      fields: {},
      inner: fields,
    }),
  );

function icmpOf(errorBody: fc.Arbitrary<Part>): fc.Arbitrary<Part> {
  const types = (...all: readonly number[]) => typeAndCode(fc.constantFrom(...all));
  return named(
    "ICMP",
    "icmp",
    fc.oneof(
      short,
      sequence(types(0, 8), fc.oneof({ weight: 5, arbitrary: echo }, short)),
      sequence(types(3, 4, 11), errorBody, optional(mtu)),
      sequence(types(5), gateway, errorBody),
      sequence(
        types(12),
        numbered(u8, "icmpPointer", (octet) => `PARAMETER=${octet} `),
      ),
      types(9, 10, 13, 17, 255),
    ),
  );
}

function icmpv6Of(errorBody: fc.Arbitrary<Part>): fc.Arbitrary<Part> {
  const types = (...all: readonly number[]) => typeAndCode(fc.constantFrom(...all));
  const print = (at: number) => `POINTER=${at.toString(16).padStart(8, "0")} `;
  const pointer = numbered(u32, "icmpPointer", print);
  return named(
    "ICMPv6",
    "icmpv6",
    fc.oneof(
      short,
      sequence(types(128, 129), echo),
      sequence(types(1, 3), errorBody),
      sequence(types(2), errorBody, mtu),
      sequence(types(4), pointer, errorBody),
      types(133, 134, 135, 136, 143),
    ),
  );
}

const address = (name: "src" | "dst", value: fc.Arbitrary<{ text: string; shown: string }>) =>
  value.map(
    ({ text, shown }): Part => ({
      text: `${name.toUpperCase()}=${text} `,
      fields: { [name]: shown },
    }),
  );
const v4 = dotted.map((text) => ({ text, shown: text }));
const word = (text: string): fc.Arbitrary<Part> => fc.constant({ text, fields: {} });

const ipv4Header = sequence(
  address("src", v4),
  address("dst", v4),
  numbered(length, "length", (bytes) => `LEN=${bytes} `),
  numbered(
    u8.map((tos) => tos & 0x1e),
    "tos",
    (tos) => `TOS=0x${hexByte(tos)} `,
  ),
  u8
    .map((byte) => byte & 0xe0)
    .map((precedence) => ({
      text: `PREC=0x${hexByte(precedence)} `,
      fields: precedence === 0 ? {} : { precedence },
    })),
  numbered(u8, "ttl", (ttl) => `TTL=${ttl} `),
  numbered(u16, "id", (id) => `ID=${id} `),
  optional(fc.constant({ text: "CE ", fields: { reservedBit: true } })),
  optional(fc.constant({ text: "DF ", fields: { dontFragment: true } })),
);
const moreFragments = fc.constant({ text: "MF ", fields: { fragmentMore: true } });
const laterFragment = fc
  .integer({ min: 1, max: 8191 })
  .map((units): Part => ({ text: `FRAG:${units} `, fields: { fragmentOffset: units * 8 } }));
const ipOptions = optional(
  optionBytes.map((bytes) => ({ text: `OPT (${bytes}) `, fields: { ipOptions: bytes } })),
);

function ipv4Of(transport: fc.Arbitrary<Part>): fc.Arbitrary<Part> {
  // A later fragment has no ports; one of AH has not even its protocol.
  const rest = fc.oneof(named("UDP", "udp"), named("TCP", "tcp"), named("ESP", "esp"), nothing);
  return fc.oneof(
    { weight: 9, arbitrary: sequence(ipv4Header, optional(moreFragments), ipOptions, transport) },
    sequence(ipv4Header, optional(moreFragments), laterFragment, ipOptions, rest),
  );
}

const v6 = fc
  .array(fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, u16), { minLength: 8, maxLength: 8 })
  .map((groups) => {
    const text = groups.map((group) => group.toString(16).padStart(4, "0")).join(":");
    return { text, shown: canonical(text) };
  });

/** The host parser of URLs compresses as RFC 5952 asks for, but for mapped addresses. */
function canonical(text: string): string {
  const mapped = /^(?:0000:){5}ffff:(\w\w)(\w\w):(\w\w)(\w\w)$/.exec(text);
  if (mapped === null) return new URL(`http://[${text}]/`).hostname.slice(1, -1);
  return `::ffff:${mapped
    .slice(1)
    .map((octet) => Number.parseInt(octet, 16))
    .join(".")}`;
}

const fragmentId = u32.map((id): Part => {
  const text = id.toString(16).padStart(8, "0");
  return { text: `ID:${text} `, fields: { fragmentId: text } };
});
const firstFragment = sequence(
  fc.constant({ text: "FRAG:0 INCOMPLETE ", fields: { fragmentOffset: 0, fragmentMore: true } }),
  fragmentId,
);
const ipv6Later = sequence(
  fc
    .integer({ min: 1, max: 8191 })
    .map((units): Part => ({ text: `FRAG:${units * 8} `, fields: { fragmentOffset: units * 8 } })),
  optional(fc.constant({ text: "INCOMPLETE ", fields: { fragmentMore: true } })),
  fragmentId,
);
const headers = (count: number, text: string) =>
  fc.constant({ text, fields: { extensionHeaders: count } });
const wrapped = (part: fc.Arbitrary<Part>) => sequence(headers(1, "OPT ( "), part, word(") "));
const security6 = (name: string) => sequence(headers(1, `OPT ( ${name} `), spiOf(u32), word(") "));
const extensions = fc.oneof(
  { weight: 4, arbitrary: nothing },
  headers(2, "OPT ( ) OPT ( ) "),
  security6("AH"),
  firstFragment,
  wrapped(firstFragment),
  sequence(word("OPT ( ) "), wrapped(firstFragment), headers(2, "")),
);

const ipv6Header = sequence(
  address("src", v6),
  address("dst", v6),
  numbered(length, "length", (bytes) => `LEN=${bytes} `),
  numbered(u8, "tos", (tos) => `TC=${tos} `),
  numbered(u8, "ttl", (hops) => `HOPLIMIT=${hops} `),
  numbered(fc.integer({ min: 0, max: 0xfffff }), "flowLabel", (label) => `FLOWLBL=${label} `),
);

/** Where the kernel leaves in the middle of an extension header. */
const ends: readonly Part[] = [
  { text: "OPT ( ESP SPI=0xcb886522 )", fields: { extensionHeaders: 1, spi: "0xcb886522" } },
  { text: "OPT ( AH INCOMPLETE [6 bytes] )", fields: { extensionHeaders: 1, incomplete: 6 } },
  { text: "OPT ( ESP INCOMPLETE [2 bytes] )", fields: { extensionHeaders: 1, incomplete: 2 } },
  { text: "OPT ( FRAG:TRUNCATED ", fields: { extensionHeaders: 1, truncated: true } },
  { text: "FRAG:TRUNCATED ", fields: { truncated: true } },
  { text: "TRUNCATED", fields: { truncated: true } },
  { text: "Unknown Ext Hdr 135", fields: { unknownExtensionHeader: 135 } },
];

function ipv6Of(transport: fc.Arbitrary<Part>): fc.Arbitrary<Part> {
  return fc.oneof(
    { weight: 9, arbitrary: sequence(ipv6Header, extensions, transport) },
    sequence(ipv6Header, ipv6Later, fc.oneof(named("UDP", "udp"), nothing)),
    ...ends.map((end) => sequence(ipv6Header, fc.constant(end))),
  );
}

const l4 = [udp, tcp, udplite, security("AH"), security("ESP"), byNumber] as const;
const inner4 = ipv4Of(fc.oneof(tcp, udp, short4(), ...l4));
const inner6 = ipv6Of(fc.oneof(...l4));

/** An ICMP error within an ICMP error has no brackets of its own. */
function short4(): fc.Arbitrary<Part> {
  return icmpOf(nothing);
}

const packet4 = ipv4Of(fc.oneof(...l4, tcp, tcp, udp, icmpOf(optional(bracketed(inner4)))));
const packet6 = ipv6Of(fc.oneof(...l4, tcp, udp, icmpv6Of(optional(bracketed(inner6)))));

export const generatedPacket: fc.Arbitrary<GeneratedPacket> = fc
  .oneof({ weight: 2, arbitrary: packet4 }, packet6)
  .map(({ text, fields, inner }) => ({
    text,
    packet: fields as Packet,
    ...(inner === undefined ? {} : { inner }),
  }));
