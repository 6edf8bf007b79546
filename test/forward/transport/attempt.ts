import { connect } from "../../../src/forward/transport/connect.ts";
import type {
  Connection,
  ConnectionEnd,
  ConnectStep,
  OpenedDetail,
} from "../../../src/forward/transport/connection.ts";
import type { TransportSettings } from "../../../src/forward/transport/transport-settings.ts";
import { numberedMessage } from "./numbered-messages.ts";

const GRACE_MS = 5000;

export type Attempt = {
  readonly steps: readonly ConnectStep[];
  readonly opened: OpenedDetail | undefined;
  readonly refused: readonly (readonly [ticket: number, reason: string])[];
  readonly settled: number;
  readonly end: ConnectionEnd;
};

export type AttemptOptions = {
  /** Messages sent when it is open; then it is closed, unless it `waits` for the server's end. */
  readonly count?: number;
  readonly waits?: boolean;
  readonly graceMs?: number;
};

/** One connection, from its beginning to its end, and all that it told. */
export function attempt(
  settings: TransportSettings,
  { count = 1, waits = false, graceMs = GRACE_MS }: AttemptOptions = {},
): Promise<Attempt> {
  const steps: ConnectStep[] = [];
  const refused: [number, string][] = [];
  let [next, settled] = [0, -1];
  let detail: OpenedDetail | undefined;
  const { promise, resolve } = Promise.withResolvers<Attempt>();
  const pump = () => {
    while (next < count && connection.send(next, numberedMessage(next))) next++;
    if (next === count && !waits) void connection.close(graceMs);
  };
  const connection: Connection = connect(settings, {
    reached: (step) => steps.push(step),
    opened: (opened) => {
      detail = opened;
      pump();
    },
    roomy: pump,
    refused: (ticket, reason) => refused.push([ticket, reason]),
    settled: (upTo) => {
      settled = upTo;
    },
    closed: (end) => resolve({ steps, opened: detail, refused, settled, end }),
  });
  return promise;
}
