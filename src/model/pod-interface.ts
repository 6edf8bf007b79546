/** Host side names of pod interfaces: Calico and Canal, AWS VPC CNI, GKE, Azure. */
export const podInterfaceDefaults: readonly string[] = ["cali", "eni", "gke", "azv"];

/** Hex digits of a hash behind the prefix. */
export const INTERFACE_HASH_CHARACTERS = 11;

const hash = /^[0-9a-f]{11}$/;

export function isPodInterface(name: string, prefixes = podInterfaceDefaults): boolean {
  // A closure for each of millions of lines is garbage that counts.
  for (const prefix of prefixes) if (name.startsWith(prefix)) return true;
  return false;
}

/** The hash in the name of a pod's interface; undefined where it is none, or has none. */
export function hashOfInterface(name: string, prefixes = podInterfaceDefaults): string | undefined {
  const text = name.slice(-INTERFACE_HASH_CHARACTERS);
  const prefix = name.slice(0, -INTERFACE_HASH_CHARACTERS);
  return prefixes.includes(prefix) && hash.test(text) ? text : undefined;
}
