import { type Address, type AddressRange, parseCidr } from "./address.ts";
import { addressClasses } from "./address-class.ts";
import { compareAddresses, inRange } from "./address-range.ts";
import { isOneOf } from "./is-one-of.ts";

/** A block of addresses to which people gave a name: an office, a VPC, a provider. */
export type Network = {
  readonly name: string;
  readonly range: AddressRange;
  /** The block as it was written. */
  readonly block: string;
};

const networkCharactersMax = 63;

/** The smallest that holds the address; the first of equal ones. */
export function networkOf(networks: readonly Network[], address: Address): Network | undefined {
  let best: Network | undefined;
  for (const network of networks) {
    if (!inRange(address, network.range)) continue;
    if (best === undefined || isSmaller(network.range, best.range)) best = network;
  }
  return best;
}

/** Of two blocks that hold one address, one holds the other. */
function isSmaller(a: AddressRange, b: AddressRange): boolean {
  return compareAddresses(a.low, b.low) > 0 || compareAddresses(a.high, b.high) < 0;
}

/**
 * Reads what names have for blocks: `{vpc: 10.0.0.0/8, office: [192.0.2.0/24, 2001:db8::/32]}`.
 *
 * @throws RangeError that says what was expected.
 */
export function parseNetworks(written: unknown): Network[] {
  if (typeof written !== "object" || written === null || Array.isArray(written)) {
    throw new RangeError('Cannot read networks: expected "name: CIDR" lines');
  }
  return Object.entries(written).flatMap(([name, blocks]) => {
    assertName(name);
    return [blocks].flat().map((block: unknown) => {
      const range = typeof block === "string" ? parseCidr(block) : undefined;
      if (range !== undefined) return { name, range, block: String(block) };
      throw new RangeError(
        `Cannot use ${JSON.stringify(block)} for network "${name}": expected an address or a ` +
          "CIDR block such as 10.0.0.0/8",
      );
    });
  });
}

/** The opposite of parseNetworks(). */
export function writtenNetworks(networks: readonly Network[]): Record<string, string[]> {
  const written: Record<string, string[]> = {};
  for (const { name, block } of networks) (written[name] ??= []).push(block);
  return written;
}

/** What every address has one of: the networks that people named, and the classes of the others. */
export function networkNames(networks: readonly Network[]): string[] {
  return [...new Set(networks.map(({ name }) => name)), ...addressClasses];
}

function assertName(name: string): void {
  if (name.length > networkCharactersMax || !/^[\p{L}\p{N}][\p{L}\p{N} ._/-]*$/u.test(name)) {
    throw new RangeError(
      `Cannot name a network ${JSON.stringify(name)}: expected at most ${networkCharactersMax} ` +
        "letters, digits, spaces and . _ / -",
    );
  }
  if (isOneOf(addressClasses, name)) {
    throw new RangeError(
      `Cannot name a network "${name}": addresses in no network are called so; expected another`,
    );
  }
}
