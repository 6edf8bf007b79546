import { type Transport, transports } from "../forward/transport/transport.ts";
import type { Place } from "../forward/transport/transport-settings.ts";

/** RELP has no port of its own. */
const portDefaults: Readonly<Partial<Record<Transport, number>>> = {
  udp: 514,
  tcp: 514,
  tls: 6514,
};

export type Endpoint = {
  readonly transport: Transport;
  readonly place: Place;
  /** Without parameters. */
  readonly url: string;
  readonly options: readonly (readonly [string, string])[];
};

/** Reads `relp+tls://host:port?name=value` and `unix:/path`. */
export function parseEndpoint(text: string, refuse: (reason: string) => RangeError): Endpoint {
  const [url = "", parameters = ""] = text.split(/\?(.*)/s, 2);
  const [, scheme = "", rest = ""] = /^([a-z+]+):(.*)$/is.exec(url) ?? [];
  const transport = transports.find((each) => each === scheme.toLowerCase());
  if (transport === undefined) {
    const schemes = transports.map((each) => (each === "unix" ? "unix:/PATH" : `${each}://`));
    throw refuse(`expected ${schemes.join(", ")} at its beginning`);
  }
  const options = [...new URLSearchParams(parameters)];
  const place = transport === "unix" ? pathOf(rest, refuse) : hostAndPort(transport, rest, refuse);
  return { transport, place, url, options };
}

function pathOf(rest: string, refuse: (reason: string) => RangeError): Place {
  const path = decodeURIComponent(rest.replace(/^\/\/(?=\/)/, ""));
  if (path.startsWith("/")) return { path };
  throw refuse("expected the path of a socket, such as unix:/run/collector.sock");
}

function hostAndPort(
  transport: Transport,
  rest: string,
  refuse: (reason: string) => RangeError,
): Place {
  const [, bracketed, plain, digits] =
    /^\/\/(?:\[([0-9a-f:.%\w]+)\]|([^\s/@:[\]]+))(?::(\d{1,5}))?\/?$/i.exec(rest) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined) {
    throw refuse(`expected a host and a port, such as ${transport}://logs.example:6514`);
  }
  const port = digits === undefined ? portDefaults[transport] : Number(digits);
  if (port === undefined) throw refuse(`expected a port, such as ${transport}://${host}:2514`);
  if (port < 1 || port > 65_535) throw refuse(`port ${port}: expected one from 1 to 65535`);
  return { host, port };
}
