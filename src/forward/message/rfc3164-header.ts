import type { Outgoing } from "../../model/outgoing.ts";
import { hostNamer } from "./host-name.ts";
import { hostCharactersMax, starts } from "./message-format.ts";
import type { MessageSettings } from "./message-settings.ts";
import { constant, type MessageWriter } from "./message-writer.ts";
import { severityOf } from "./severity.ts";
import { RFC3164_BYTES } from "./stamp.ts";

/** Id, two IPv6 addresses, ports and the protocol, in CEF with labels. */
const BODY_BYTES_MIN = 400;
/** There is no NILVALUE: rsyslog makes a tag of `-`. */
const UNKNOWN = "unknown";
const SPACE = constant(" ");
const TAG = constant(" denyscope: ");

/** `<PRI>Mmm dd hh:mm:ss HOST denyscope: `, RFC 3164 section 4.1. The time is UTC. */
export class Rfc3164Header {
  readonly #writer: MessageWriter;
  readonly #starts: readonly Uint8Array[];
  readonly #hostOf: (node: string) => Uint8Array;

  /** @throws RangeError when there are elements: there is no place for them. */
  constructor(writer: MessageWriter, settings: MessageSettings) {
    const [element] = settings.elements;
    if (element !== undefined) {
      throw new RangeError(
        `Cannot send the element "${element.id}" in format "${settings.format}", ` +
          "expected a format with structured data",
      );
    }
    this.#writer = writer;
    this.#starts = starts(settings, "");
    const bytesMin =
      this.#starts[0]!.length + RFC3164_BYTES + SPACE.length + TAG.length + BODY_BYTES_MIN;
    this.#hostOf = hostNamer(hostCharactersMax(settings.messageBytesMax, bytesMin), UNKNOWN);
  }

  add(outgoing: Outgoing): void {
    const writer = this.#writer;
    writer.constant(this.#starts[severityOf(outgoing)]!);
    writer.varies("shortTime");
    writer.shortTime(outgoing.time);
    writer.constant(SPACE);
    writer.constant(this.#hostOf(outgoing.node));
    writer.constant(TAG);
  }
}
