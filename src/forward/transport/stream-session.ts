import assert from "node:assert/strict";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Failure } from "./failure.ts";
import { frameOverheadMax, type PutFrame, putFrame } from "./frame.ts";
import { GatheredWrites } from "./gathered-writes.ts";
import { LostPeerWatch } from "./lost-peer-watch.ts";
import { ResendWindow } from "./resend-window.ts";
import type { Session, SessionEvents } from "./session.ts";
import { SilenceTimer } from "./silence-timer.ts";
import { breakFailure, missedFailure } from "./socket-failure.ts";
import { type TcpEnds, tcpEndsOf, tcpState } from "./tcp-state.ts";
import type { Framing } from "./transport.ts";

export type StreamOptions = {
  readonly framing: Framing;
  readonly resendBytes: number;
  readonly silenceMsMax: number;
};

const stalled = (silenceMsMax: number): Failure => ({
  reason: "stalled",
  why: `it has taken nothing for ${silenceMsMax} ms`,
});
const LAST_LOOK_MS = 20;

/**
 * Messages over TCP, TLS or a stream socket, which tell nothing of what became of them: see
 * `ResendWindow` for what is settled while it goes on. An orderly end settles all: when the server
 * answers the end of our stream with the end of its own, it has read everything before. Would it
 * have left something unread, its kernel would have answered with a reset (RFC 2525 section 2.17).
 */
export class StreamSession implements Session {
  readonly #socket: Socket;
  readonly #events: SessionEvents;
  readonly #putFrame: PutFrame;
  readonly #writes: GatheredWrites;
  readonly #window: ResendWindow;
  readonly #silence: SilenceTimer;
  readonly #ends: TcpEnds | undefined;
  readonly #lostPeer: LostPeerWatch | undefined;
  #ticket: number | undefined;
  #wantsRoom = false;
  #isEnding = false;
  #isDone = false;

  constructor(socket: Socket, options: StreamOptions, events: SessionEvents) {
    const { framing, resendBytes, silenceMsMax } = options;
    this.#socket = socket;
    this.#events = events;
    this.#putFrame = putFrame[framing];
    this.#window = new ResendWindow(resendBytes);
    const stall = () => this.#finish(stalled(silenceMsMax));
    this.#silence = new SilenceTimer(silenceMsMax, stall);
    this.#ends = tcpEndsOf(socket);
    if (this.#ends !== undefined) {
      this.#lostPeer = new LostPeerWatch(this.#ends, silenceMsMax, stall);
    }
    this.#writes = new GatheredWrites(socket, {
      wrote: (bytes) => this.#wrote(bytes),
      handed: (bytes, isIdle) => this.#handed(bytes, isIdle),
    });
  }

  start(): void {
    // Whatever a server says, it is read, for its end comes behind.
    this.#socket.on("data", () => undefined);
    this.#socket.on("end", () => this.#peerEnded());
    this.#socket.on("error", (error) => this.#finish(breakFailure(error)));
    this.#socket.on("close", () => void this.#closed());
    const missed = missedFailure(this.#socket);
    if (missed === undefined) this.#events.opened();
    else this.#finish(missed);
  }

  send(ticket: number, message: Uint8Array): boolean {
    if (this.#isEnding || this.#isDone) return false;
    const at = this.#writes.reserve(message.length + frameOverheadMax);
    if (at < 0) {
      this.#wantsRoom = true;
      return false;
    }
    // assert() makes an array of each call.
    if (ticket !== (this.#ticket ?? ticket - 1) + 1) assert.fail("tickets rise by one");
    this.#ticket = ticket;
    this.#writes.commit(this.#putFrame(this.#writes.chunk, at, message));
    return true;
  }

  end(): void {
    if (this.#isEnding || this.#isDone) return;
    this.#isEnding = true;
    this.#writes.flush();
    this.#socket.end();
  }

  destroy(): void {
    this.#isDone = true;
    this.#silence.rest();
    this.#lostPeer?.stop();
    this.#writes.destroy();
    this.#socket.destroy();
  }

  #wrote(bytes: number): void {
    this.#window.wrote(this.#ticket!, bytes);
    this.#silence.expect();
    this.#lostPeer?.wrote();
  }

  #handed(bytes: number, isIdle: boolean): void {
    if (this.#isDone) return;
    if (isIdle) this.#silence.rest();
    else this.#silence.progress();
    const settled = this.#window.handed(bytes);
    if (settled !== undefined) this.#events.settled(settled);
    if (!this.#wantsRoom || this.#isDone) return;
    this.#wantsRoom = false;
    this.#events.roomy();
  }

  /** Before our own end has left, it is no answer to it. */
  #peerEnded(): void {
    if (this.#socket.writableFinished) return;
    this.#finish({ reason: "peer-closed", why: "it closed the connection" });
  }

  async #closed(): Promise<void> {
    if (this.#isDone) return;
    if (!this.#isEnding || !this.#socket.readableEnded) {
      this.#finish({ reason: "reset", why: "the connection was closed" });
      return;
    }
    const hasReadAll = await this.#hasReadAll();
    if (this.#isDone) return;
    if (hasReadAll && this.#ticket !== undefined) this.#events.settled(this.#ticket);
    this.#finish({ reason: "ended", why: "" });
  }

  /**
   * A server that closed by itself in the same moment may not have read the last bytes, of which
   * the kernel hears a little later: then there is no TIME-WAIT for this connection. A socket of
   * this machine gives an error instead of the end (unix_release_sock in net/unix/af_unix.c). There
   * is none either when a server has answered our TLS close_notify before the end of the stream
   * left, which Node sends one turn later: then nothing is proved, and what is in doubt goes again.
   */
  async #hasReadAll(): Promise<boolean> {
    if (this.#ends === undefined) return true;
    while (!this.#isDone) {
      const state = await tcpState(this.#ends);
      if (state === undefined || state.isTimeWait) return state !== undefined;
      await sleep(LAST_LOOK_MS);
    }
    return false;
  }

  #finish(failure: Failure): void {
    if (this.#isDone) return;
    this.destroy();
    this.#events.ended(failure);
  }
}
