import type { Mutable } from "./mutable.ts";
import type { FlowOfMessage, OutgoingFlow, OutgoingNotice } from "./outgoing.ts";

/** Denials of one batch in the order of their lines, as they are spooled. */
export type EventColumns = {
  readonly count: number;
  /** The raw lines, one after the other, without their ends. */
  readonly bytes: Buffer;
  /** Where each line ends in `bytes`. */
  readonly ends: Int32Array;
  /** Where each line begins in the content that it comes from. */
  readonly offsets: Float64Array;
  /** Microseconds since the epoch. */
  readonly times: Float64Array;
};

/** The same packed, as the spool has them: a tenth of their size. */
export type PackedEvents = { readonly count: number; readonly body: Uint8Array };

/** What the agent has to say of itself; its id is made when it is read. */
export type SpooledNotice = Pick<OutgoingNotice, "notice" | "text" | "details" | "time">;

/** What was counted of a flow in an interval, with its names as of then. */
export type SpooledFlow = Omit<OutgoingFlow, "kind" | "id" | "time" | "node" | "part" | "flow"> & {
  readonly flow: FlowOfMessage;
};

/** Records that were spooled together. Chunks are numbered in the order in which they are sent. */
export type SpooledChunk = {
  readonly id: number;
  readonly node: string;
  /** When it was spooled; microseconds since the epoch. */
  readonly addedAt: number;
} & (
  | { readonly kind: "events"; readonly content: string; readonly events: EventColumns }
  | { readonly kind: "flows"; readonly flows: readonly SpooledFlow[] }
  | { readonly kind: "notices"; readonly notices: readonly SpooledNotice[] }
);

/** The next record that a destination has not settled. */
export type SpoolPosition = { readonly chunk: number; readonly record: number };

/** One that moves on with each message: a new one each time would be garbage. */
export type MovingPosition = Mutable<SpoolPosition>;

export function move(position: MovingPosition, chunk: number, record: number): void {
  position.chunk = chunk;
  position.record = record;
}

/** Why a message was not delivered to a destination, and never will be. */
export const dropReasons = ["spool-full", "spool-expired", "refused"] as const;
export type DropReason = (typeof dropReasons)[number];

export const dropReasonHelp: Readonly<Record<DropReason, string>> = {
  "spool-full": "the spool was full, and this destination the slowest",
  "spool-expired": "the message waited for longer than messages are kept",
  refused: "the receiver refused it again and again; it is kept as a dead letter",
};

/** Messages that a destination will never get. */
export type SpoolDrop = {
  readonly destination: string;
  readonly reason: DropReason;
  readonly messages: number;
};

/** A message that its receiver refused. */
export type DeadLetter = {
  readonly event: string;
  readonly reason: string;
  readonly message: Uint8Array;
};

/** How far a destination is, and what became of messages since the last time that this was told. */
export type DestinationProgress = {
  readonly destination: string;
  readonly position: SpoolPosition;
  /** The next record to be sent: those between the two are sent, and may have to be sent again. */
  readonly reading: SpoolPosition;
  readonly sent: number;
  readonly acknowledged: number;
  readonly resent: number;
  readonly refused: readonly DeadLetter[];
  /** The last thing that went wrong, if anything did. */
  readonly error?: { readonly text: string; readonly time: number } | undefined;
};

/** What is spooled, for whom, and how much of it. */
export type SpoolPlan = {
  readonly node: string;
  readonly destinations: readonly { readonly name: string; readonly url: string }[];
  readonly events: boolean;
  readonly flows: boolean;
  /** Minutes of which flows are added up for a message. */
  readonly intervalMinutes: number;
  /** Prefixes of the interfaces of pods. */
  readonly podInterfaces?: readonly string[];
  /** Whether lines from before the agent's first start are sent, too. */
  readonly history: boolean;
  readonly bytesMax: number;
  /** Microseconds. */
  readonly ageMax: number;
};
