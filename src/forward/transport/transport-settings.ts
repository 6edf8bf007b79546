import type { Framing, Transport } from "./transport.ts";

/** Where a destination is and how it is spoken to. */
export type TransportSettings = TransportLimits & {
  readonly transport: Transport;
  readonly place: Place;
  /** Of `tcp`, `tls` and `unix`. */
  readonly framing: Framing;
  /** Of `tls` and `relp+tls`. */
  readonly tls: TlsSettings;
};

/** A name or an address, looked up at each connect; or the path of a socket, for `unix`. */
export type Place = { readonly host: string; readonly port: number } | { readonly path: string };

export type TlsSettings = {
  /** Authorities, PEM text; without, those that Node brings. */
  readonly ca?: string;
  /** This side's certificate and its key, PEM text, for servers that ask for one. */
  readonly cert?: string;
  readonly key?: string;
  /** The name that the certificate must have, and that is sent as SNI; without, the host. */
  readonly serverName?: string;
  /**
   * Whom to trust: certificates that an authority signed for the name, or exactly those with one of
   * these fingerprints (see `parseFingerprint`), or, when somebody says so, everybody.
   */
  readonly verify: "name" | { readonly fingerprints: readonly string[] } | "none";
};

/** `defaultTransportLimits` has the usual ones. */
export type TransportLimits = {
  /** For each step: a name looked up, an address connected to, TLS agreed on, RELP opened. */
  readonly connectMsMax: number;
  /**
   * A server that has taken nothing, or of RELP acknowledged nothing, for so long is given up,
   * while there is something to take.
   */
  readonly silenceMsMax: number;
  /** Idle before the kernel asks whether the server is there; it asks ten times, a second apart. */
  readonly keepAliveMs: number;
  /** RELP frames that may be unacknowledged, which are at most doubled when a connection breaks. */
  readonly window: number;
  /**
   * Bytes that must follow a message before it counts as received, of `tcp`, `tls` and `unix`;
   * without, what the kernel's buffers can hold: see `ResendWindow`.
   */
  readonly resendBytes?: number;
};

const CONNECT_MS_MAX = 10_000;
const SILENCE_MS_MAX = 30_000;
/** As librelp has it: a server may wait for its disk. */
const RELP_SILENCE_MS_MAX = 90_000;
const KEEP_ALIVE_MS = 60_000;
/**
 * With the 128 of librelp, an rsyslogd on the same machine is idle for a quarter of the time, and
 * one that is 10 ms away gets 12,800 messages a second at most. So many may come twice after a
 * break.
 */
const WINDOW_FRAMES = 1024;

export function defaultTransportLimits(transport: Transport): TransportLimits {
  const isRelp = transport === "relp" || transport === "relp+tls";
  return {
    connectMsMax: CONNECT_MS_MAX,
    silenceMsMax: isRelp ? RELP_SILENCE_MS_MAX : SILENCE_MS_MAX,
    keepAliveMs: KEEP_ALIVE_MS,
    window: WINDOW_FRAMES,
  };
}
