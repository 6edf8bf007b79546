import type { Outgoing } from "../../model/outgoing.ts";
import { facilities } from "./facility.ts";
import { constant } from "./message-writer.ts";
import type { MessageSettings } from "./message-settings.ts";

/**
 * Writes one message. `isCut`: it did not fit as it is; then it says so of itself, and holds what
 * there is room for, id, addresses, ports and protocol in any case.
 */
export type WriteMessage = (outgoing: Outgoing, sequence: number, isCut: boolean) => void;

const SEVERITIES = 8;
/** RFC 5424 section 6.2.4. */
const HOST_CHARACTERS_MAX = 255;
/** What is left of the node's name where there is least room for it. */
const HOST_CHARACTERS_MIN = 32;

/** `<PRI>` and what follows it, by severity. */
export function starts({ facility }: MessageSettings, behind: string): readonly Uint8Array[] {
  return Array.from({ length: SEVERITIES }, (_, severity) =>
    constant(`<${facilities[facility] * SEVERITIES + severity}>${behind}`),
  );
}

/**
 * Characters that the name of a node may have, when a message without it has `bytesMin` bytes and
 * all that may not be left out.
 * @throws RangeError when there is no room for one.
 */
export function hostCharactersMax(messageBytesMax: number, bytesMin: number): number {
  const room = messageBytesMax - bytesMin;
  if (room >= HOST_CHARACTERS_MIN) return Math.min(room, HOST_CHARACTERS_MAX);
  throw new RangeError(
    `Cannot send messages of at most ${messageBytesMax} bytes with these elements, ` +
      `expected ${bytesMin + HOST_CHARACTERS_MIN} or more`,
  );
}
