/** Where the agent's HTTP server listens. */
export type ListenAddress = { readonly host: string; readonly port: number };

export const listenNowhere = "none";

const PORT_MAX = 65_535;
const pattern = /^(?:\[([0-9A-Fa-f:.%]+)\]|([^\s:[\]/]+)):(\d{1,5})$/;

/** Reads HOST:PORT, an IPv6 address in brackets; undefined for what is neither that nor `none`. */
export function parseListen(text: string): ListenAddress | typeof listenNowhere | undefined {
  if (text === listenNowhere) return listenNowhere;
  const [, bracketed, name, digits] = pattern.exec(text) ?? [];
  const host = bracketed ?? name;
  const port = Number(digits);
  if (host === undefined || !(port <= PORT_MAX)) return undefined;
  return { host, port };
}
