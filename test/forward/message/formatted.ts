import { messageFormatter } from "../../../src/forward/message/message-formatter.ts";
import {
  messageDefaults,
  type MessageSettings,
} from "../../../src/forward/message/message-settings.ts";
import type { Outgoing } from "../../../src/model/outgoing.ts";

export const SEQUENCE = 7;

export type Formatted = {
  readonly bytes: Buffer;
  readonly text: string;
  readonly isCut: boolean;
};

/** A message as settings that differ from the defaults have it. */
export function formatted(outgoing: Outgoing, settings: Partial<MessageSettings> = {}): Formatted {
  const format = messageFormatter({ ...messageDefaults, version: "1.2.3", ...settings });
  const { bytes, isCut } = format(outgoing, SEQUENCE);
  return { bytes, text: bytes.toString(), isCut };
}
