import type { Denial } from "./denial.ts";
import type { Direction } from "./direction.ts";
import type { Endpoints } from "./endpoint.ts";
import type { TcpFlag } from "./tcp-flags.ts";

/**
 * What a forwarder sends to a destination, before it has a format. `id` is the same however often
 * it is sent, so that a receiver can drop duplicates. Times are microseconds since the epoch.
 */
export type Outgoing = OutgoingEvent | OutgoingFlow | OutgoingNotice;

type Common = {
  readonly id: string;
  readonly node: string;
  /** Of the event, the end of a flow's interval, or when a notice was made. */
  readonly time: number;
};

/** One denial. */
export type OutgoingEvent = Common & {
  readonly kind: "event";
  readonly denial: DenialOfMessage;
  readonly direction: Direction;
  /** The kernel's message from the prefix on, in the bytes in which it was read. */
  readonly message: Uint8Array;
  /** When the line was read, by the agent's own clock. */
  readonly readTime?: number;
  /** What is known without reading the line, where others like it were read before. */
  readonly shaped?: ShapedEvent | undefined;
  /** The denial with all its fields: takes time. */
  whole(): Denial;
} & Endpoints;

export const EVENT_SHAPES_MAX = 16_384;

/**
 * What an event has in common with others: all but id, times, source port, `message` and `whole()`.
 * `slot` is below EVENT_SHAPES_MAX; a shape that takes the place of another has another version.
 */
export type EventShape = { readonly slot: number; readonly version: number };

/** An event whose shape is known, with what is its own besides its times. */
export type ShapedEvent = {
  readonly shape: EventShape;
  readonly srcPort: number | undefined;
  /** Writes its id where there is room for EVENT_ID_CHARACTERS_MAX; returns where it ends. */
  putId(bytes: Uint8Array, at: number): number;
};

/** What a receiver searches and counts denials by; policy, names and prefix come behind. */
export const denialFields = [
  "src",
  "srcPort",
  "dst",
  "dstPort",
  "protocol",
  "icmpType",
  "icmpCode",
  "tcpFlags",
  "in",
  "out",
  "verdict",
  "tier",
  "kind",
  "policyCut",
  "length",
  "ttl",
  "fragmentOffset",
  "incomplete",
  "mark",
  "uid",
  "gid",
  "timeInferred",
] as const satisfies readonly (keyof Denial)[];

/** The fields of a denial that every format writes, which may be made when they are asked for. */
export type DenialOfMessage = Pick<Denial, "src" | "dst" | "prefix"> & {
  readonly [Field in (typeof denialFields)[number] | "policy" | "repeated"]?:
    | Denial[Field]
    | undefined;
};

/** What was denied of a flow in an interval and not yet sent: parts of an interval add up. */
export type OutgoingFlow = Common & {
  readonly kind: "flow";
  readonly flow: FlowOfMessage;
  readonly intervalStart: number;
  readonly intervalEnd: number;
  /** Distinguishes what was sent of the same flow and interval before. */
  readonly part: number;
  readonly packets: number;
  readonly attempts: number;
  readonly bytes: number;
  readonly firstSeen: number;
  readonly lastSeen: number;
  readonly tcpFlags?: readonly TcpFlag[];
} & Endpoints;

export const noticeKinds = ["start", "stop", "loss", "dropped", "test"] as const;
export type NoticeKind = (typeof noticeKinds)[number];

/** What the agent says of itself: that it started or ended, what it lost, what it did not send. */
export type OutgoingNotice = Common & {
  readonly kind: "notice";
  readonly notice: NoticeKind;
  readonly text: string;
  /** In the order in which they are written. */
  readonly details: Readonly<Record<string, string | number>>;
};

/** The key of a flow; a field that does not apply is left out. */
export type FlowOfMessage = {
  /** Many flows of which there was no room for each. */
  readonly other?: true;
  readonly src?: string;
  readonly dst?: string;
  readonly protocol?: string;
  readonly dstPort?: number;
  readonly icmpType?: number;
  readonly icmpCode?: number;
  readonly direction?: Direction;
  readonly in?: string;
  readonly out?: string;
  readonly prefix: string;
  readonly tier?: string;
  readonly kind?: string;
  readonly policy?: string;
  readonly policyCut?: boolean;
};
