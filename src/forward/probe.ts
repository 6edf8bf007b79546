import type { OutgoingNotice } from "../model/outgoing.ts";
import type { Destination } from "./destination.ts";
import { noticeId } from "./message/event-id.ts";
import { messageFormatter } from "./message/message-formatter.ts";
import { connect } from "./transport/connect.ts";
import type { ConnectionEnd, ConnectStep, OpenedDetail } from "./transport/connection.ts";

export const PROBES = 3;
/** The server has so long to take the messages and to close. */
const GRACE_MS = 5000;

export type ProbeOptions = {
  readonly node: string;
  readonly version: string;
  /** Microseconds since the epoch. */
  readonly now: number;
};

/** What was seen on the way, in this order. */
export interface ProbeEvents {
  reached(step: ConnectStep): void;
  opened(detail: OpenedDetail): void;
  /** Bytes of the last message. */
  sent(bytes: number): void;
}

export type ProbeOutcome = {
  readonly end: ConnectionEnd;
  /** Messages of which it is known that the server has them, as its transport can tell. */
  readonly settled: number;
  readonly refused: readonly string[];
  readonly wasOpened: boolean;
};

/** Connects to a destination as an agent would, sends some messages, and ends in good order. */
export async function probe(
  destination: Destination,
  { node, version, now }: ProbeOptions,
  events: ProbeEvents,
): Promise<ProbeOutcome> {
  const format = messageFormatter({ ...destination.message, version });
  const messages = Array.from({ length: PROBES }, (_, index) => {
    const text = `Test message ${index + 1} of ${PROBES} of denyscope`;
    const common = { id: noticeId(node, now, text), node, time: now };
    const details = { version };
    const notice: OutgoingNotice = { ...common, kind: "notice", notice: "test", text, details };
    return Buffer.from(format(notice, index + 1).bytes);
  });
  const { promise, resolve } = Promise.withResolvers<ProbeOutcome>();
  const refused: string[] = [];
  let settled = 0;
  let sent = 0;
  let wasOpened = false;
  const send = () => {
    while (sent < PROBES && connection.send(sent, messages[sent]!)) {
      events.sent(messages[sent]!.length);
      sent++;
    }
    if (sent === PROBES) void connection.close(GRACE_MS);
  };
  const connection = connect(destination.transport, {
    reached: (step) => events.reached(step),
    opened: (detail) => {
      wasOpened = true;
      events.opened(detail);
      send();
    },
    roomy: send,
    settled: (upTo) => {
      settled = upTo + 1;
    },
    refused: (_, reason) => refused.push(reason),
    closed: (end) => resolve({ end, settled: settled - refused.length, refused, wasOpened }),
  });
  return await promise;
}
