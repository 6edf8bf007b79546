import { constant } from "./message-writer.ts";

/** What receivers of both RFCs take for a host; a colon at its end would make a tag of it. */
const unfit = /[^\w.:-]|:$/g;
const NIL = "-";

/** The node as HOSTNAME. Remembers the last, for an agent has one node. */
export function hostNamer(charactersMax: number): (node: string) => Uint8Array {
  let known = "";
  let host = constant(NIL);
  return (node) => {
    if (node !== known) {
      known = node;
      host = constant(node.slice(0, charactersMax).replace(unfit, "_") || NIL);
    }
    return host;
  };
}
