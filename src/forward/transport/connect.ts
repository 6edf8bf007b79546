import type { Connection, ConnectionEvents, OpenedDetail } from "./connection.ts";
import type { Failure } from "./failure.ts";
import { openSession, type OpenSession } from "./open-session.ts";
import { placeOf } from "./place-of.ts";
import type { Session, SessionEvents } from "./session.ts";
import type { TransportSettings } from "./transport-settings.ts";

/** Begins to connect to a destination; see `Connection` and `ConnectionEvents`. */
export function connect(settings: TransportSettings, events: ConnectionEvents): Connection {
  return new ManagedConnection(settings, events);
}

/** From the look-up of a name to the end, which is told once. */
class ManagedConnection implements Connection {
  readonly #settings: TransportSettings;
  readonly #events: ConnectionEvents;
  readonly #opening = new AbortController();
  readonly #ended = Promise.withResolvers<void>();
  #session: Session | undefined;
  #isOpen = false;
  #isEnding = false;
  #isDone = false;

  constructor(settings: TransportSettings, events: ConnectionEvents) {
    this.#settings = settings;
    this.#events = events;
    void this.#open();
  }

  send(ticket: number, message: Uint8Array): boolean {
    return this.#session?.send(ticket, message) ?? false;
  }

  async close(graceMs: number): Promise<void> {
    if (!this.#isEnding && !this.#isDone) {
      this.#isEnding = true;
      const timer = setTimeout(() => this.#end({ reason: "ended", why: "" }), graceMs);
      void this.#ended.promise.then(() => clearTimeout(timer));
      if (this.#session === undefined) this.#end({ reason: "ended", why: "" });
      else this.#session.end();
    }
    await this.#ended.promise;
  }

  destroy(): void {
    this.#isDone = true;
    if (this.#session === undefined) this.#opening.abort();
    else this.#session.destroy();
    this.#ended.resolve();
  }

  async #open(): Promise<void> {
    const { signal } = this.#opening;
    // The caller gets its connection before it hears of it.
    await Promise.resolve();
    const opened = await openSession(this.#settings, signal, (step) => {
      if (!this.#isDone) this.#events.reached(step);
    });
    if ("reason" in opened) this.#end(opened);
    else this.#begin(opened);
  }

  #begin({ detail, begin }: OpenSession): void {
    this.#session = begin(this.#sessionEvents(detail));
    if (this.#isDone) this.#session.destroy();
    else this.#session.start();
  }

  #sessionEvents(detail: OpenedDetail): SessionEvents {
    const events = this.#events;
    return {
      opened: (relp) => {
        this.#isOpen = true;
        events.opened(relp === undefined ? detail : { ...detail, relp });
      },
      roomy: () => events.roomy(),
      refused: (ticket, reason) => events.refused(ticket, reason),
      settled: (upTo) => events.settled(upTo),
      ended: (failure) => this.#end(failure),
    };
  }

  #end({ reason, why }: Failure): void {
    if (this.#isDone) return;
    this.destroy();
    const action = this.#isOpen ? "send to" : "connect to";
    const place = JSON.stringify(placeOf(this.#settings));
    const text =
      reason === "ended"
        ? `Closed the connection to ${place}`
        : `Cannot ${action} ${place}: ${why}`;
    this.#events.closed({ reason, text });
  }
}
