import { constant } from "./message-writer.ts";

const unfit = /[^\w.-]/g;
/** rsyslog takes nothing for the host of RFC 3164 that ends with a sign. */
const unfitEnd = /[^a-zA-Z\d]+$/;

/** The node as HOSTNAME. Remembers the last, for an agent has one node. */
export function hostNamer(charactersMax: number, unknown: string): (node: string) => Uint8Array {
  let known = "";
  let host = constant(unknown);
  return (node) => {
    if (node !== known) {
      known = node;
      const fit = node.slice(0, charactersMax).replace(unfit, "_").replace(unfitEnd, "");
      host = constant(fit || unknown);
    }
    return host;
  };
}
