import type Database from "better-sqlite3";
import type { EndpointProperty, Endpoints } from "../../model/endpoint.ts";
import { endpointAnswer, endpointKeys, type EndpointSubject } from "../../model/endpoint-term.ts";
import { KIND_FLOW } from "../../model/flow-bounds.ts";
import { protocolName } from "../../model/protocol.ts";
import { addressText } from "../../store/address-key.ts";
import { EndpointResolver, type PlacedFlow } from "./endpoint-resolver.ts";
import type { NameSource } from "./name-source.ts";
import type { Naming } from "./naming.ts";

/** SQL functions: whether an endpoint of a flow is called so, and by what it is ranked. */
export const MATCHES_ENDPOINT = "matches_endpoint";
export const ENDPOINT_KEYS = "endpoint_keys";

/** What they are given of a flow, behind the side and the property. */
export const endpointColumns = `f.kind, f.src, f.dst, f.protocol, f.dst_port, f.in_interface,
  f.out_interface, n.name, c.first_seen, c.last_seen`;

const KEYS_BETWEEN = "\n";

type Asked = Endpoints & { readonly other: boolean | undefined };

type Columns = [
  kind: number,
  src: Buffer,
  dst: Buffer,
  protocol: number,
  dstPort: number,
  inInterface: string,
  outInterface: string,
  node: string,
  firstSeen: number,
  lastSeen: number,
];

/**
 * Lets SQL ask who the sides of a flow were: the same code answers as for what is shown. Only what
 * is asked for is made, for all flows of a window may be asked.
 */
export function endpointFunctions(
  database: Database.Database,
  naming: Naming,
  names: NameSource,
): void {
  const [all, podsOnly] = [true, false].map((each) => new EndpointResolver(naming, names, each));
  const endpointsOf = (property: EndpointProperty, columns: Columns): Asked => {
    const resolver = property === "network" ? all! : podsOnly!;
    const flow = placed(columns);
    return {
      other: flow.other,
      get source() {
        return resolver.sourceOf(flow);
      },
      get destination() {
        return resolver.destinationOf(flow);
      },
    };
  };
  const options = { deterministic: true, varargs: true } as const;
  database.function(MATCHES_ENDPOINT, options, (side, property, text, ...columns) => {
    const subject = { side, property } as EndpointSubject;
    const asked = endpointsOf(subject.property, columns as Columns);
    const answer = endpointAnswer(subject, String(text), asked);
    return answer === undefined ? null : Number(answer);
  });
  database.function(ENDPOINT_KEYS, options, (side, property, ...columns) => {
    const subject = { side, property } as EndpointSubject;
    const asked = endpointsOf(subject.property, columns as Columns);
    return endpointKeys(subject, asked).join(KEYS_BETWEEN);
  });
}

/** What ENDPOINT_KEYS gave. */
export function splitKeys(keys: string): string[] {
  return keys === "" ? [] : keys.split(KEYS_BETWEEN);
}

function placed([
  kind,
  src,
  dst,
  protocol,
  dstPort,
  from,
  to,
  node,
  firstSeen,
  lastSeen,
]: Columns): PlacedFlow {
  const isFlow = kind === KIND_FLOW;
  return {
    other: isFlow ? undefined : true,
    src: isFlow ? addressText(src) : undefined,
    dst: dst.length === 0 ? undefined : addressText(dst),
    protocol: protocolName(protocol),
    dstPort,
    in: from,
    out: to,
    node,
    firstSeen,
    lastSeen,
  };
}
