import type { Outgoing } from "../../model/outgoing.ts";

/** MSGID of RFC 5424, `type` in JSON, the signature of CEF. */
export const recordTypes = {
  event: "denial",
  flow: "flow",
  notice: "notice",
} as const satisfies Record<Outgoing["kind"], string>;
