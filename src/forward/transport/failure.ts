import type { CloseReason } from "./close-reason.ts";

/** Why something did not come about, or ended: the last part of a line for people. */
export type Failure = { readonly reason: CloseReason; readonly why: string };
