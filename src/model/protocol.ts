/** IP protocol numbers with a name (https://www.iana.org/assignments/protocol-numbers). */
const namesByNumber: ReadonlyMap<number, string> = new Map([
  [1, "icmp"],
  [2, "igmp"],
  [6, "tcp"],
  [17, "udp"],
  [33, "dccp"],
  [47, "gre"],
  [50, "esp"],
  [51, "ah"],
  [58, "icmpv6"],
  [89, "ospf"],
  [112, "vrrp"],
  [132, "sctp"],
  [136, "udplite"],
]);

const numbersByName: ReadonlyMap<string, number> = new Map(
  [...namesByNumber].map(([number, name]) => [name, number]),
);

/** `tcp`, `udp`, ..., else the number as text. */
export function protocolName(number: number): string {
  return namesByNumber.get(number) ?? String(number);
}

/** The number of a protocol given by name or number; undefined when there is no such protocol. */
export function protocolNumber(text: string): number | undefined {
  const named = numbersByName.get(text.toLowerCase());
  if (named !== undefined) return named;
  return /^\d{1,3}$/.test(text) && Number(text) <= 255 ? Number(text) : undefined;
}

export const protocolNames: readonly string[] = [...numbersByName.keys()];
