import type { Outgoing } from "../../model/outgoing.ts";
import { EVENT_ID_CHARACTERS_MAX } from "./event-id.ts";
import { hostNamer } from "./host-name.ts";
import { hostCharactersMax, starts } from "./message-format.ts";
import type { MessageSettings } from "./message-settings.ts";
import { constant, type MessageWriter } from "./message-writer.ts";
import { recordTypes } from "./record-type.ts";
import { sdElements } from "./sd-elements.ts";
import { severityOf } from "./severity.ts";
import { RFC3339_BYTES } from "./stamp.ts";
import { plainStyle } from "./text-style.ts";

/** Two IPv6 addresses, ports and the protocol, in JSON and with the id again. */
const BODY_BYTES_MIN = 250;
const SEQUENCE_BYTES_MAX = "2147483647".length;
const SPACE = constant(" ");
const NILVALUE = "-";
const NIL = constant(NILVALUE);
const QUOTE = constant('"');
const CUT = constant(' messageCut="true"');
const META = constant('][meta sequenceId="');

/**
 * `<PRI>1 TIMESTAMP HOSTNAME denyscope - MSGID [denyscope@PEN eventId="..." ...][meta ...]... `,
 * RFC 5424 section 6. No BOM follows: receivers keep it as a part of the text.
 */
export class Rfc5424Header {
  readonly #writer: MessageWriter;
  readonly #starts: readonly Uint8Array[];
  readonly #hostOf: (node: string) => Uint8Array;
  readonly #middles: Readonly<Record<Outgoing["kind"], Uint8Array>>;
  readonly #elements: Uint8Array;
  readonly #endBytesMax: number;

  constructor(writer: MessageWriter, settings: MessageSettings) {
    const id = `denyscope@${settings.enterprise}`;
    const middle = (kind: Outgoing["kind"]) =>
      constant(` denyscope - ${recordTypes[kind]} [${id} eventId="`);
    this.#writer = writer;
    this.#starts = starts(settings, "1 ");
    this.#middles = { event: middle("event"), flow: middle("flow"), notice: middle("notice") };
    this.#elements = Buffer.from(`"]${sdElements(settings.elements, [id, "meta"])} `);
    this.#endBytesMax = META.length + SEQUENCE_BYTES_MAX + this.#elements.length;
    const bytesMin =
      this.#starts[0]!.length +
      RFC3339_BYTES +
      SPACE.length +
      this.#middles.event.length +
      EVENT_ID_CHARACTERS_MAX +
      QUOTE.length +
      CUT.length +
      this.#endBytesMax +
      BODY_BYTES_MIN;
    this.#hostOf = hostNamer(hostCharactersMax(settings.messageBytesMax, bytesMin), NILVALUE);
  }

  /** Up to the id; parameters of the same element may follow. */
  begin(outgoing: Outgoing, isCut: boolean): void {
    const writer = this.#writer;
    writer.constant(this.#starts[severityOf(outgoing)]!);
    writer.varies("time");
    if (!writer.time(outgoing.time)) writer.constant(NIL);
    writer.constant(SPACE);
    writer.constant(this.#hostOf(outgoing.node));
    writer.constant(this.#middles[outgoing.kind]);
    writer.varies("id");
    writer.text(outgoing.id, plainStyle);
    writer.constant(QUOTE);
    if (isCut) writer.constant(CUT);
    writer.reserve(this.#endBytesMax);
  }

  /** The rest; text may follow. */
  end(sequence: number): void {
    const writer = this.#writer;
    writer.reserve(-this.#endBytesMax);
    writer.constant(META);
    writer.varies("sequence");
    writer.number(sequence);
    writer.constant(this.#elements);
  }
}
