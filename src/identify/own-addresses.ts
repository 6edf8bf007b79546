import { readdirSync } from "node:fs";
import { networkInterfaces, uptime } from "node:os";
import { isPodInterface } from "../model/pod-interface.ts";
import { MICROS_PER_SECOND } from "../model/time-unit.ts";

const INTERFACES = "/sys/class/net";

/**
 * The own addresses of the node: those that are named; else those of this machine, if the network
 * that this process sees has interfaces of pods, for a container has a network of its own. They are
 * taken to be the node's since it was booted. `now` is microseconds since the epoch.
 *
 * @throws Error where the process may not ask the kernel for them.
 */
export function ownAddresses(
  named: readonly string[],
  podInterfaces: readonly string[],
  now: number,
): { readonly addresses: readonly string[]; readonly since: number } {
  const since = Math.floor(now - uptime() * MICROS_PER_SECOND);
  if (named.length > 0) return { addresses: named, since };
  const names = interfaceNames();
  if (!names.some((name) => isPodInterface(name, podInterfaces))) return { addresses: [], since };
  const addresses = Object.entries(networkInterfaces())
    .filter(([name]) => !isPodInterface(name, podInterfaces))
    .flatMap(([, found = []]) => found)
    .filter(({ internal, scopeid = 0 }) => !internal && scopeid === 0)
    .map(({ address }) => address);
  return { addresses: [...new Set(addresses)].toSorted(), since };
}

function interfaceNames(): readonly string[] {
  try {
    return readdirSync(INTERFACES);
  } catch {
    return [];
  }
}
