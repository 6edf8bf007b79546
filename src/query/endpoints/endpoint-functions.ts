import type Database from "better-sqlite3";
import { endpointAnswer, endpointKeys, type EndpointSubject } from "../../model/endpoint-term.ts";
import { KIND_FLOW } from "../../model/flow-bounds.ts";
import { protocolName } from "../../model/protocol.ts";
import { addressText } from "../../store/address-key.ts";
import type { EndpointResolver, PlacedFlow } from "./endpoint-resolver.ts";

/** SQL functions: whether an endpoint of a flow is called so, and by what it is ranked. */
export const MATCHES_ENDPOINT = "matches_endpoint";
export const ENDPOINT_KEYS = "endpoint_keys";

/** What they are given of a flow, behind the side and the property. */
export const endpointColumns = `f.kind, f.src, f.dst, f.protocol, f.dst_port, f.in_interface,
  f.out_interface, n.name, c.first_seen, c.last_seen`;

const KEYS_BETWEEN = "\n";
/** Texts of addresses that are kept, for they are asked for again and again. */
const TEXTS_MAX = 100_000;

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

/** Lets SQL ask who the sides of a flow were: the same code answers as for what is shown. */
export function endpointFunctions(database: Database.Database, resolver: EndpointResolver): void {
  const texts = new Map<string, string>();
  const textOf = (address: Buffer) => {
    const key = address.toString("latin1");
    let text = texts.get(key);
    if (text === undefined) {
      if (texts.size >= TEXTS_MAX) texts.clear();
      text = addressText(address);
      texts.set(key, text);
    }
    return text;
  };
  const options = { deterministic: true, varargs: true } as const;
  database.function(MATCHES_ENDPOINT, options, (side, property, text, ...columns) => {
    const flow = placed(columns as Columns, textOf);
    const subject = { side, property } as EndpointSubject;
    const { other } = flow;
    const answer = endpointAnswer(subject, String(text), { other, ...resolver.endpointsOf(flow) });
    return answer === undefined ? null : Number(answer);
  });
  database.function(ENDPOINT_KEYS, options, (side, property, ...columns) => {
    const flow = placed(columns as Columns, textOf);
    const subject = { side, property } as EndpointSubject;
    return endpointKeys(subject, resolver.endpointsOf(flow)).join(KEYS_BETWEEN);
  });
}

/** What ENDPOINT_KEYS gave. */
export function splitKeys(keys: string): string[] {
  return keys === "" ? [] : keys.split(KEYS_BETWEEN);
}

function placed(
  [kind, src, dst, protocol, dstPort, from, to, node, firstSeen, lastSeen]: Columns,
  textOf: (address: Buffer) => string,
): PlacedFlow {
  return {
    ...(kind === KIND_FLOW ? { src: textOf(src) } : { other: true }),
    ...(dst.length === 0 ? {} : { dst: textOf(dst) }),
    protocol: protocolName(protocol),
    dstPort,
    in: from,
    out: to,
    node,
    firstSeen,
    lastSeen,
  };
}
