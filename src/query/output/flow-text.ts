import type { Flow } from "../flows.ts";
import { OTHER } from "../other-rows.ts";
import { endpointText } from "./endpoint-text.ts";
import { countOf } from "./wording.ts";

const SHOWN_DIGITS = 3;

/** `shop/web-0`, `192.0.2.7 (office)`, `10.0.0.1`, `other (about 812,000 sources)` */
export function sourceText({ src, source: endpoint, sources, sourcesError }: Flow): string {
  if (src !== undefined) return endpointText(src, endpoint);
  if (sources === undefined) return OTHER;
  const about = sourcesError === undefined ? "" : "about ";
  return `${OTHER} (${about}${countOf(rounded(sources, sourcesError), "source")})`;
}

/** `shop/database-0`, `10.9.3.4 (vpc)` */
export function destinationText({ dst, destination: endpoint }: Flow): string {
  return dst === undefined ? OTHER : endpointText(dst, endpoint);
}

/** No more digits than an estimate deserves. */
function rounded(value: number, error: number | undefined): number {
  return error === undefined ? value : Number(value.toPrecision(SHOWN_DIGITS));
}

/** `8080/tcp`, `icmp 3/1`, `gre` */
export function portText({ dst, protocol = "?", dstPort, icmpType, icmpCode }: Flow): string {
  if (dst === undefined) return OTHER;
  if (dstPort !== undefined) return `${dstPort}/${protocol}`;
  return icmpType === undefined ? protocol : `${protocol} ${icmpType}/${icmpCode}`;
}
