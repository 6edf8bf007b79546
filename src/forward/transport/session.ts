import type { RelpDetail } from "./connection.ts";
import type { Failure } from "./failure.ts";

/** What is spoken over a socket that is there: a connection without its beginning and its end. */
export interface Session {
  /** Begins; tells `opened` when messages can be sent. */
  start(): void;
  /** As of a connection. */
  send(ticket: number, message: Uint8Array): boolean;
  /** Ends in good order, and tells `ended` when it has. */
  end(): void;
  /** Frees all that it holds; nothing more is told. */
  destroy(): void;
}

/** As of a connection; nothing comes after `ended`. */
export interface SessionEvents {
  opened(relp?: RelpDetail): void;
  roomy(): void;
  refused(ticket: number, reason: string): void;
  settled(upTo: number): void;
  ended(failure: Failure): void;
}
