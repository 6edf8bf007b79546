import type { Term } from "../model/filter-term.ts";
import type { MessageSettings } from "./message/message-settings.ts";
import type { TransportSettings } from "./transport/transport-settings.ts";

/** Whom messages go to, how, and which. */
export type Destination = {
  /** Its own among the destinations: what was sent is remembered by it. */
  readonly name: string;
  /** Without options. */
  readonly url: string;
  readonly transport: TransportSettings;
  /** All but the version of this program. */
  readonly message: Omit<MessageSettings, "version">;
  readonly sends: { readonly events: boolean; readonly flows: boolean; readonly notices: boolean };
  /** Which denials and flows are sent; notices always are. */
  readonly filter: readonly Term[];
  /** As a configuration file would state it, without secrets. */
  readonly written: WrittenDestination;
};

export type WrittenDestination = Readonly<Record<string, string | readonly string[]>>;
