import {
  type DestinationProgress,
  move,
  type MovingPosition,
  type SpoolPosition,
} from "../model/spool.ts";
import { MICROS_PER_MS } from "../model/time-unit.ts";
import { Backoff } from "./backoff.ts";
import type { Destination } from "./destination.ts";
import { InFlight } from "./in-flight.ts";
import type { MessageSource, SourcedMessage } from "./message-source.ts";
import { connect } from "./transport/connect.ts";
import type { Connection, ConnectionEnd, OpenedDetail } from "./transport/connection.ts";

/** A message that is refused so often is given up: a dead letter. */
const REFUSALS_MAX = 3;
/**
 * A stream settles by what is written behind a message, so that the last ones of a quiet log never
 * were. An orderly end shows that the server has read all.
 */
const SETTLE_EVERY_MS = 600_000;
/** For that end. */
const SETTLE_MS_MAX = 10_000;

/** What a courier is doing, for whoever looks. */
export type CourierState = "connecting" | "connected" | "waiting" | "ended";

export interface CourierEvents {
  connected(destination: string, detail: OpenedDetail): void;
  /** The connection is gone; it is tried again after so long. */
  lost(destination: string, end: ConnectionEnd, retryMs: number): void;
  messageRefused(destination: string, event: string, reason: string): void;
}

/**
 * Brings what is spooled to one destination: connects, sends in order, and moves on as messages are
 * settled. When a connection breaks, all that is not settled is sent again on the next. Nothing is
 * held in memory but what the connection holds: what is not taken stays in the spool.
 */
export class Courier {
  state: CourierState = "connecting";
  readonly #destination: Destination;
  readonly #source: MessageSource;
  readonly #events: CourierEvents;
  readonly #backoff = new Backoff();
  readonly #inFlight = new InFlight();
  #connection: Connection | undefined;
  #retry: NodeJS.Timeout | undefined;
  readonly #settleEveryMs: number;
  #settling: NodeJS.Timeout | undefined;
  /** What was settled when it was looked at last. */
  #settledBefore: SpoolPosition | undefined;
  /** A message that the connection had no room for. */
  #waiting: SourcedMessage | undefined;
  #settled: SpoolPosition;
  /** Behind the last message that was ever sent. */
  readonly #furthest: MovingPosition;
  readonly #refusals = new Map<string, number>();
  #isEnding = false;
  #idle: (() => void) | undefined;
  #counts = { sent: 0, acknowledged: 0, resent: 0 };
  #refused: { event: string; reason: string; message: Uint8Array }[] = [];
  #error: DestinationProgress["error"];

  constructor(
    destination: Destination,
    source: MessageSource,
    events: CourierEvents,
    settleEveryMs = SETTLE_EVERY_MS,
  ) {
    this.#settleEveryMs = settleEveryMs;
    this.#destination = destination;
    this.#source = source;
    this.#events = events;
    this.#settled = source.position;
    this.#furthest = source.position;
  }

  start(): void {
    this.#settling = setInterval(() => this.#settleOld(), this.#settleEveryMs);
    this.#connect();
  }

  /** There may be more in the spool. */
  wake(): void {
    this.#pump();
  }

  /** Of the next record to be sent. */
  get reading(): SpoolPosition {
    return this.#waiting === undefined ? this.#source.position : { ...this.#waiting.position };
  }

  /** What has become of messages since this was asked last. */
  takeProgress(): DestinationProgress {
    const progress = {
      destination: this.#destination.name,
      position: this.#position,
      reading: this.reading,
      ...this.#counts,
      refused: this.#refused,
      error: this.#error,
    };
    this.#counts = { sent: 0, acknowledged: 0, resent: 0 };
    this.#refused = [];
    this.#error = undefined;
    return progress;
  }

  /** Sends what still waits and ends, within about so many milliseconds. */
  async end(graceMs: number): Promise<void> {
    this.#isEnding = true;
    clearTimeout(this.#retry);
    clearInterval(this.#settling);
    const startedAt = performance.now();
    if (this.state === "connected") await this.#untilIdle(graceMs);
    const left = graceMs - (performance.now() - startedAt);
    await this.#connection?.close(Math.max(0, left));
    this.state = "ended";
  }

  /** Of the first record that is not settled, or of the next one when all are. */
  get #position(): SpoolPosition {
    const isIdle = this.#inFlight.size === 0 && this.#waiting === undefined;
    return isIdle ? this.#source.position : this.#settled;
  }

  #connect(): void {
    this.state = "connecting";
    const { name, transport } = this.#destination;
    this.#connection = connect(transport, {
      reached: () => undefined,
      opened: (detail) => {
        this.state = "connected";
        this.#events.connected(name, detail);
        this.#pump();
      },
      roomy: () => this.#pump(),
      settled: (upTo) => this.#settle(upTo),
      refused: (ticket, reason) => this.#refuse(ticket, reason),
      closed: (end) => this.#closed(end),
    });
  }

  /** Sends until the connection has no room, or nothing waits. */
  #pump(): void {
    while (this.state === "connected") {
      const message = this.#waiting ?? this.#source.next();
      this.#waiting = message;
      if (message === undefined) {
        this.#idle?.();
        return;
      }
      if (this.#connection?.send(this.#inFlight.ticket, message.bytes) !== true) return;
      this.#waiting = undefined;
      this.#inFlight.add(message);
      const isNew = isBefore(this.#furthest, message.after);
      if (isNew) move(this.#furthest, message.after.chunk, message.after.record);
      this.#counts[isNew ? "sent" : "resent"]++;
    }
  }

  #settle(upTo: number): void {
    const settled = this.#inFlight.settle(upTo);
    if (settled === undefined) return;
    this.#settled = settled.after;
    this.#counts.acknowledged += settled.count;
    this.#backoff.reset();
    if (this.#refusals.size > 0 && this.#inFlight.size === 0) this.#refusals.clear();
  }

  /** Ends the connection in good order when nothing was settled since the last time. */
  #settleOld(): void {
    const isSame = this.#settledBefore === this.#settled;
    this.#settledBefore = this.#settled;
    if (!isSame || this.#inFlight.size === 0 || this.state !== "connected") return;
    this.state = "connecting";
    void this.#connection?.close(SETTLE_MS_MAX);
  }

  /** Tried again on another connection, some times: all behind it is sent again, too. */
  #refuse(ticket: number, reason: string): void {
    const position = this.#inFlight.positionOf(ticket);
    if (position === undefined) return;
    const key = `${position.chunk} ${position.record}`;
    const refusals = (this.#refusals.get(key) ?? 0) + 1;
    this.#refusals.set(key, refusals);
    if (refusals < REFUSALS_MAX) {
      this.#connection?.destroy();
      this.#closed({ reason: "protocol", text: `A message was refused: ${reason}` });
      return;
    }
    this.#refusals.delete(key);
    const message = this.#source.at(position);
    if (message === undefined) return;
    this.#counts.acknowledged--;
    this.#refused.push({ event: message.id, reason, message: Buffer.from(message.bytes) });
    this.#events.messageRefused(this.#destination.name, message.id, reason);
  }

  #closed(end: ConnectionEnd): void {
    this.#connection = undefined;
    const position = this.#position;
    this.#inFlight.clear();
    this.#waiting = undefined;
    this.#source.seek(position);
    if (this.#isEnding || this.state === "ended") {
      this.#idle?.();
      return;
    }
    // In good order: to settle, or to look a name up again.
    if (end.reason === "ended") {
      this.#connect();
      return;
    }
    this.#error = { text: end.text, time: Date.now() * MICROS_PER_MS };
    this.state = "waiting";
    const retryMs = this.#backoff.next();
    this.#events.lost(this.#destination.name, end, retryMs);
    this.#retry = setTimeout(() => this.#connect(), retryMs);
  }

  async #untilIdle(msMax: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#idle = resolve;
    const timer = setTimeout(resolve, msMax);
    this.#pump();
    await promise;
    clearTimeout(timer);
    this.#idle = undefined;
  }
}

function isBefore(a: SpoolPosition, b: SpoolPosition): boolean {
  return a.chunk < b.chunk || (a.chunk === b.chunk && a.record < b.record);
}
