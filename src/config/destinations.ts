import { closestMatch } from "leven";
import type { Destination } from "../forward/destination.ts";
import { messageDefaults } from "../forward/message/message-settings.ts";
import { defaultTransportLimits } from "../forward/transport/transport-settings.ts";
import type { DestinationDraft } from "./destination-draft.ts";
import { type DestinationOption, destinationOptions, type Resolve } from "./destination-options.ts";
import { type Endpoint, parseEndpoint } from "./destination-url.ts";

const DISTANCE_MAX = 3;

/**
 * The destinations of a list, each a URL with its options as parameters, or a mapping of `url` and
 * options. `resolve` gives what `env:NAME` and `file:PATH` stand for.
 *
 * @throws RangeError that names the destination, what it has, and what was expected.
 */
export function parseDestinations(list: unknown, resolve: Resolve): Destination[] {
  if (!Array.isArray(list)) {
    throw new RangeError('Cannot use "forward": expected a list of URLs, or of "url" and options');
  }
  const destinations = list.map((item) => parseDestination(item, resolve));
  const names = destinations.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new RangeError(
      `Cannot use two destinations with the name "${twice}": expected another "name" for one`,
    );
  }
  return destinations;
}

function parseDestination(item: unknown, resolve: Resolve): Destination {
  const { url, options } = writtenOptions(item);
  const refuse = (reason: string) => new RangeError(`Cannot use destination "${url}": ${reason}`);
  const endpoint = parseEndpoint(url, refuse);
  const draft = draftOf(endpoint);
  const written: Record<string, string | string[]> = { url: endpoint.url };
  for (const [name, value] of [...endpoint.options, ...options]) {
    const option = optionNamed(name, refuse);
    const refuseOption = (reason: string) => refuse(`${name} ${reason}`);
    const shown = option.read(draft, value, { resolve, refuse: refuseOption });
    const before = written[name];
    written[name] = before === undefined ? shown : [before, shown].flat();
  }
  const { name = nameOf(endpoint) } = draft;
  assertSecretsSafe(draft, endpoint, refuse);
  const { transport, place } = endpoint;
  const { message, limits, framing, tls, sends, filter } = draft;
  return {
    name,
    url: endpoint.url,
    transport: { transport, place, ...limits, framing, tls },
    message,
    sends,
    filter,
    written,
  };
}

function writtenOptions(item: unknown): { url: string; options: [string, string][] } {
  if (typeof item === "string") return { url: item, options: [] };
  if (typeof item !== "object" || item === null || !("url" in item)) {
    throw new RangeError(
      `Cannot use ${JSON.stringify(item)} as a destination: expected a URL, or "url" and options`,
    );
  }
  const { url, ...rest } = item as Record<string, unknown>;
  const options = Object.entries(rest).flatMap(([name, value]) =>
    [value].flat().map((each): [string, string] => [name, textOf(each)]),
  );
  return { url: String(url), options };
}

/** YAML reads yes and no as they are, and numbers as numbers. */
function textOf(value: unknown): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  return String(value);
}

function draftOf({ transport }: Endpoint): DestinationDraft {
  return {
    name: undefined,
    message: messageDefaults,
    limits: defaultTransportLimits(transport),
    framing: "octet",
    tls: { verify: "name" },
    sends: { events: true, flows: false, notices: true },
    filter: [],
    secrets: [],
    allowsSecretsInClear: false,
  };
}

function optionNamed(name: string, refuse: (reason: string) => RangeError): DestinationOption {
  const option = destinationOptions[name];
  if (option !== undefined) return option;
  const known = Object.keys(destinationOptions);
  const close = closestMatch(name, known, { maxDistance: DISTANCE_MAX });
  throw refuse(
    `unknown option "${name}"; ` +
      (close === undefined ? `expected one of ${known.join(", ")}` : `did you mean "${close}"?`),
  );
}

function nameOf({ transport, place }: Endpoint): string {
  if ("path" in place) return `${transport}:${place.path}`;
  const { host, port } = place;
  return `${transport}://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** Everybody on the way can read what is sent in clear. */
function assertSecretsSafe(
  { secrets, allowsSecretsInClear }: DestinationDraft,
  { transport }: Endpoint,
  refuse: (reason: string) => RangeError,
): void {
  const isSafe = transport === "tls" || transport === "relp+tls" || transport === "unix";
  if (isSafe || allowsSecretsInClear || secrets.length === 0) return;
  throw refuse(
    `${secrets.join(", ")} would be sent in clear text: expected tls:// or relp+tls://, or ` +
      `"secretsInClear: yes" if everybody on the way may read it`,
  );
}
