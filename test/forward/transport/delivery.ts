import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { connect } from "../../../src/forward/transport/connect.ts";
import type {
  Connection,
  ConnectionEnd,
  OpenedDetail,
} from "../../../src/forward/transport/connection.ts";
import {
  defaultTransportLimits,
  type TransportSettings,
} from "../../../src/forward/transport/transport-settings.ts";
import type { Transport } from "../../../src/forward/transport/transport.ts";
import { numberedMessage } from "./numbered-messages.ts";

const RETRY_MS = 50;
const CONNECTIONS_MAX = 200;
const GRACE_MS = 20_000;

/** Settings as one has them without saying more than where. */
export function settingsFor(
  transport: Transport,
  place: TransportSettings["place"] | number,
  others: Partial<TransportSettings> = {},
): TransportSettings {
  return {
    ...defaultTransportLimits(transport),
    transport,
    place: typeof place === "number" ? { host: "127.0.0.1", port: place } : place,
    framing: "octet",
    tls: { verify: "name" },
    ...others,
  };
}

export type Delivery = {
  readonly opened: readonly OpenedDetail[];
  readonly ends: readonly ConnectionEnd[];
  /** Messages given to a connection, with those that were given again. */
  readonly sent: number;
};

export type DeliveryEvents = {
  readonly settled?: (upTo: number) => void;
  /** This message is given to a connection now. */
  readonly sending?: (ticket: number) => void;
};

/**
 * Sends numbered messages until all are settled, over as many connections as it takes: what a
 * connection leaves unsettled, the next one sends again. This is the least that a user of `connect`
 * has to do.
 */
export async function deliver(
  settings: TransportSettings,
  count: number,
  events: DeliveryEvents = {},
): Promise<Delivery> {
  const opened: OpenedDetail[] = [];
  const ends: ConnectionEnd[] = [];
  let [settled, sent] = [-1, 0];
  while (settled < count - 1) {
    assert(ends.length < CONNECTIONS_MAX, JSON.stringify(ends.at(-1)));
    if (ends.length > 0) await sleep(RETRY_MS);
    let next = settled + 1;
    await new Promise<void>((resolve) => {
      const pump = () => {
        while (next < count && connection.send(next, numberedMessage(next))) {
          events.sending?.(next);
          next++;
          sent++;
        }
        if (next === count) void connection.close(GRACE_MS);
      };
      const connection: Connection = connect(settings, {
        reached: () => undefined,
        opened: (detail) => {
          opened.push(detail);
          pump();
        },
        roomy: pump,
        refused: (ticket, reason) => {
          throw new Error(`${ticket} was refused: ${reason}`);
        },
        settled: (upTo) => {
          settled = upTo;
          events.settled?.(settled);
        },
        closed: (end) => {
          ends.push(end);
          resolve();
        },
      });
    });
  }
  return { opened, ends, sent };
}
