import { refusedTerm, type Term } from "../model/filter-term.ts";
import { type Network, networkNames } from "../model/network.ts";

/**
 * Refuses a filter by a network that there is not: nothing would match, and with --not everything.
 *
 * @throws RangeError that names those that there are.
 */
export function refuseUnknownNetworks(terms: readonly Term[], networks: readonly Network[]): void {
  const known = networkNames(networks);
  for (const term of terms) {
    if (!("property" in term) || term.property !== "network") continue;
    if (known.includes(term.text)) continue;
    throw refusedTerm(term.name, term.text, `one of ${known.join(", ")}`);
  }
}
