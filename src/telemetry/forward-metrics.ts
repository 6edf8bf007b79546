import type { DestinationState } from "../forward/forward-events.ts";
import { type DestinationProgress, dropReasons, type SpoolDrop } from "../model/spool.ts";
import { Counter, Gauge, type Registry } from "./prom-client.ts";

/** Metrics of destinations; the only label besides reasons is their name, which is a setting. */
export class ForwardMetrics {
  readonly #sent: Counter;
  readonly #acknowledged: Counter;
  readonly #resent: Counter;
  readonly #dropped: Counter;
  readonly #connections: Counter;
  readonly #connected: Gauge;
  readonly #queued: Gauge;
  readonly #queuedSince: Gauge;

  constructor(registry: Registry) {
    const named = (name: string, help: string, more: readonly string[] = []) => ({
      name: `denyscope_forward_${name}`,
      help,
      labelNames: ["destination", ...more],
      registers: [registry],
    });
    this.#sent = new Counter(named("sent_total", "Messages sent for the first time"));
    this.#acknowledged = new Counter(
      named("acknowledged_total", "Messages that need no more sending, as the transport can tell"),
    );
    this.#resent = new Counter(
      named("resent_total", "Messages sent again after a broken connection"),
    );
    this.#dropped = new Counter(
      named("dropped_total", "Messages that a destination will never get, by why", ["reason"]),
    );
    this.#connections = new Counter(named("connections_total", "Connections that were made"));
    this.#connected = new Gauge(named("connected", "1 while there is a connection, else 0"));
    this.#queued = new Gauge(named("queued_messages", "Messages that wait to be sent"));
    this.#queuedSince = new Gauge(
      named("lag_seconds", "How long the oldest message waits to be sent"),
    );
  }

  /** There from the start, so that a rate can be told from the first message on. */
  known(destination: string): void {
    for (const counter of [this.#sent, this.#acknowledged, this.#resent, this.#connections]) {
      counter.inc({ destination }, 0);
    }
    for (const reason of dropReasons) this.#dropped.inc({ destination, reason }, 0);
    this.#connected.set({ destination }, 0);
  }

  connected(destination: string): void {
    this.#connections.inc({ destination });
    this.#connected.set({ destination }, 1);
  }

  lost(destination: string): void {
    this.#connected.set({ destination }, 0);
  }

  moved({ destination, sent, acknowledged, resent, refused }: DestinationProgress): void {
    this.#sent.inc({ destination }, sent);
    this.#acknowledged.inc({ destination }, acknowledged);
    this.#resent.inc({ destination }, resent);
    this.#dropped.inc({ destination, reason: "refused" }, refused.length);
  }

  dropped({ destination, reason, messages }: SpoolDrop): void {
    this.#dropped.inc({ destination, reason }, messages);
  }

  /** `now` in microseconds since the epoch. */
  measured({ destination, queued, queuedSince }: DestinationState, now: number): void {
    this.#queued.set({ destination }, queued);
    const waits = queuedSince === undefined ? 0 : Math.max(0, now - queuedSince) / 1_000_000;
    this.#queuedSince.set({ destination }, waits);
  }
}
