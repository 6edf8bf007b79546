import type { Destination } from "../forward/destination.ts";
import type { MessageSettings } from "../forward/message/message-settings.ts";
import type {
  TransportLimits,
  TransportSettings,
} from "../forward/transport/transport-settings.ts";
import type { Term } from "../model/filter-term.ts";

/** What the options of a destination are read into, one after the other. */
export type DestinationDraft = {
  name: string | undefined;
  message: Omit<MessageSettings, "version">;
  limits: TransportLimits;
  framing: TransportSettings["framing"];
  tls: TransportSettings["tls"];
  sends: Destination["sends"];
  filter: readonly Term[];
  /** Names of values that nobody else may see. */
  secrets: string[];
  allowsSecretsInClear: boolean;
};
