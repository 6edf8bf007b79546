import type { CloseReason } from "./close-reason.ts";
import type { Failure } from "./failure.ts";

/** One connection to a destination, from the look-up of its name to its end. */
export interface Connection {
  /**
   * Takes a copy of a message if there is room; if not, `roomy` tells when there is again. There is
   * none before `opened`. Tickets are the caller's; each is the one before plus one.
   */
  send(ticket: number, message: Uint8Array): boolean;
  /**
   * Ends it in good order: what was sent is given time to arrive, and is settled where the server
   * shows that it did. Resolves after `closed`, in about `graceMs` at the latest.
   */
  close(graceMs: number): Promise<void>;
  /** Ends it at once; nothing more is told. */
  destroy(): void;
}

/**
 * What a connection has to tell. All comes after `connect` has returned; `closed` comes last, also
 * for a connection that was not made.
 */
export interface ConnectionEvents {
  /** It gets on with connecting. */
  reached(step: ConnectStep): void;
  /** Messages can be sent. */
  opened(detail: OpenedDetail): void;
  /** There is room again for the message that was not taken. */
  roomy(): void;
  /**
   * The server answered that it does not want this message. Comes before `settled` passes it: who
   * listens has seen to it by then.
   */
  refused(ticket: number, reason: string): void;
  /**
   * Every message up to this one needs no more sending. What that is worth depends on the
   * transport: RELP, the server's own answer; a stream, see `ResendWindow` and `StreamSession`;
   * UDP, the kernel took it.
   */
  settled(upTo: number): void;
  /** It has ended, with one line for people. What was not settled has to be sent again. */
  closed(end: ConnectionEnd): void;
}

export type ConnectionEnd = { readonly reason: CloseReason; readonly text: string };

export type ConnectStep =
  | { readonly step: "resolved"; readonly addresses: readonly string[] }
  | { readonly step: "connected"; readonly address: string; readonly port?: number }
  | ({ readonly step: "failed"; readonly address: string } & Failure)
  | { readonly step: "secured"; readonly tls: TlsDetail };

export type OpenedDetail = {
  /** An IP address, or the path of a socket. */
  readonly address: string;
  readonly port?: number;
  readonly tls?: TlsDetail;
  readonly relp?: RelpDetail;
};

export type TlsDetail = {
  readonly protocol: string;
  readonly cipher: string;
  /** The common name of the server's certificate, or its first other name. */
  readonly peerName: string;
  /** SHA-256 of the server's certificate, as `formatFingerprint` writes it. */
  readonly fingerprint: string;
  readonly validTo: string;
};

/** What the server said of itself. */
export type RelpDetail = { readonly software: string; readonly version: string };
