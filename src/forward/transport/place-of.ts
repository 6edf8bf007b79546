import type { TransportSettings } from "./transport-settings.ts";

/** A destination as its URL names it, without options. */
export function placeOf({ transport, place }: TransportSettings): string {
  if ("path" in place) return `${transport}:${place.path}`;
  const { host, port } = place;
  return `${transport}://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
