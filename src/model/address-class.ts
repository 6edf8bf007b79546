import { type Address, type AddressRange, parseCidr } from "./address.ts";
import { inRange } from "./address-range.ts";

export const addressClasses = [
  "public",
  "private",
  "loopback",
  "link-local",
  "multicast",
  "broadcast",
  "shared",
  "documentation",
  "reserved",
] as const;

/** What an address is for (IANA special-purpose registries, RFC 6890). */
export type AddressClass = (typeof addressClasses)[number];

/** The first that holds counts. */
const blocks: readonly (readonly [AddressClass, AddressRange])[] = (
  [
    ["private", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"],
    // RFC 6598: between the customers of a provider; clouds and CNIs give it to nodes and pods.
    ["shared", "100.64.0.0/10"],
    ["loopback", "127.0.0.0/8", "::1"],
    ["link-local", "169.254.0.0/16", "fe80::/10"],
    ["broadcast", "255.255.255.255"],
    ["multicast", "224.0.0.0/4", "ff00::/8"],
    ["documentation", "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32"],
    ["documentation", "3fff::/20"],
    ["reserved", "0.0.0.0/8", "192.0.0.0/24", "198.18.0.0/15", "240.0.0.0/4", "::", "100::/64"],
  ] as const
).flatMap(([name, ...texts]) => texts.map((text) => [name, parseCidr(text)!] as const));

const mapped = parseCidr("::ffff:0:0/96")!;

/** Within and between these an address is of one class. */
export const classRanges: readonly AddressRange[] = blocks.flatMap(([, range]) =>
  range.low.family === 4 ? [range, { low: asIpv6(range.low), high: asIpv6(range.high) }] : [range],
);

/** As it stands within `mapped`. */
function asIpv6({ words }: Address): Address {
  return { family: 6, words: [0, 0, 0xffff, words[3]] };
}

export function addressClass(address: Address): AddressClass {
  if (inRange(address, mapped)) {
    return addressClass({ family: 4, words: [0, 0, 0, address.words[3]] });
  }
  return blocks.find(([, range]) => inRange(address, range))?.[0] ?? "public";
}
