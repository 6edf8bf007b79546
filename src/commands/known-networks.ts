import { addressClasses } from "../model/address-class.ts";
import { isEndpointTerm } from "../model/endpoint-term.ts";
import type { Term } from "../model/filter-term.ts";
import type { Network } from "../model/network.ts";

/**
 * Refuses a filter by a network that there is not: nothing would match, and with --not everything.
 *
 * @throws RangeError that names those that there are.
 */
export function refuseUnknownNetworks(terms: readonly Term[], networks: readonly Network[]): void {
  const known = [...new Set(networks.map(({ name }) => name)), ...addressClasses];
  for (const term of terms) {
    if (!isEndpointTerm(term.name) || !("property" in term)) continue;
    if (term.property !== "network" || known.includes(term.text)) continue;
    throw new RangeError(
      `Cannot filter by --${term.name} "${term.text}": expected one of ${known.join(", ")}`,
    );
  }
}
