import type { DestinationProgress } from "../model/spool.ts";
import type { CourierState } from "./courier.ts";
import type { ConnectionEnd, OpenedDetail } from "./transport/connection.ts";

/** Told what becomes of messages: log lines and metrics are attached in one place. */
export interface ForwardEvents {
  destinationConnected(destination: string, detail: OpenedDetail): void;
  /** The connection is gone, or was not made; it is tried again after so long. */
  destinationLost(destination: string, end: ConnectionEnd, retryMs: number): void;
  messageRefused(destination: string, event: string, reason: string): void;
  messagesMoved(progress: DestinationProgress): void;
  queueMeasured(state: DestinationState): void;
}

export type DestinationState = {
  readonly destination: string;
  readonly state: CourierState;
  /** Records of the spool that were not sent to it yet. */
  readonly queued: number;
  /** Since when the oldest of them waits; microseconds since the epoch. */
  readonly queuedSince: number | undefined;
};
