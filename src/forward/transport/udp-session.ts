import assert from "node:assert/strict";
import type { Socket } from "node:dgram";
import type { Failure } from "./failure.ts";
import type { Session, SessionEvents } from "./session.ts";
import { connectFailure } from "./socket-failure.ts";

/**
 * Nothing tells that a server's buffer overflows, which by default holds some 160 messages of 500
 * bytes: it is given time to read. Sent as fast as they can be, rsyslogd lost 6 % of 10,000.
 */
const BURST_MAX = 32;
const PAUSE_MS = 1;
/** After so long the name is looked up again: no connection ever breaks. */
const ADDRESS_MS_MAX = 600_000;

/**
 * One message, one datagram (RFC 5426). Nothing tells whether it arrived: a message is settled
 * when the kernel has taken it. That nothing listens is learned where the server's machine says so,
 * as an error of one of the next messages.
 */
export class UdpSession implements Session {
  readonly #socket: Socket;
  readonly #events: SessionEvents;
  readonly #renewal: NodeJS.Timeout;
  #ticket: number | undefined;
  /** Not taken by the kernel yet, and sent since the last pause. */
  #inFlight = 0;
  #burst = 0;
  #pause: NodeJS.Timeout | undefined;
  #wantsRoom = false;
  #isEnding = false;
  #isDone = false;

  constructor(socket: Socket, events: SessionEvents) {
    this.#socket = socket;
    this.#events = events;
    this.#renewal = setTimeout(() => this.end(), ADDRESS_MS_MAX).unref();
  }

  start(): void {
    this.#socket.on("error", (error) => this.#finish(connectFailure(error)));
    this.#events.opened();
  }

  send(ticket: number, message: Uint8Array): boolean {
    if (this.#isEnding || this.#isDone) return false;
    if (!this.#isRoomy()) {
      this.#wantsRoom = true;
      return false;
    }
    assert(this.#ticket === undefined || ticket === this.#ticket + 1, "tickets rise by one");
    this.#ticket = ticket;
    this.#inFlight++;
    this.#burst++;
    this.#pause ??= setTimeout(() => this.#endPause(), PAUSE_MS);
    // The kernel may take it later, and the caller uses its buffer again.
    const datagram = Buffer.from(message);
    this.#socket.send(datagram, (error) => this.#sent(ticket, error));
    return true;
  }

  end(): void {
    this.#isEnding = true;
    if (this.#inFlight === 0) this.#finish({ reason: "ended", why: "" });
  }

  destroy(): void {
    if (this.#isDone) return;
    this.#isDone = true;
    clearTimeout(this.#renewal);
    clearTimeout(this.#pause);
    this.#socket.close();
  }

  #sent(ticket: number, error: NodeJS.ErrnoException | null): void {
    if (this.#isDone) return;
    this.#inFlight--;
    if (error?.code === "EMSGSIZE") {
      this.#events.refused(ticket, "it is too long for a datagram");
    } else if (error !== null) {
      this.#finish(connectFailure(error));
      return;
    }
    this.#events.settled(ticket);
    if (!this.#isEnding) this.#tellRoom();
    else if (this.#inFlight === 0) this.#finish({ reason: "ended", why: "" });
  }

  #endPause(): void {
    this.#pause = undefined;
    this.#burst = 0;
    this.#tellRoom();
  }

  #isRoomy(): boolean {
    return this.#burst < BURST_MAX && this.#inFlight < BURST_MAX;
  }

  #tellRoom(): void {
    if (!this.#wantsRoom || this.#isEnding || this.#isDone || !this.#isRoomy()) return;
    this.#wantsRoom = false;
    this.#events.roomy();
  }

  #finish(failure: Failure): void {
    if (this.#isDone) return;
    this.destroy();
    this.#events.ended(failure);
  }
}
