import type { Direction } from "../../model/direction.ts";
import type { Endpoint, Endpoints } from "../../model/endpoint.ts";
import type {
  DenialOfMessage,
  Outgoing,
  OutgoingEvent,
  OutgoingFlow,
} from "../../model/outgoing.ts";
import { printable } from "../../model/printable.ts";
import { MICROS_PER_SECOND } from "../../model/time-unit.ts";
import { nameOfPrefix } from "../../model/verdict.ts";
import { endpointName } from "./endpoint-name.ts";
import type { MessageWriter, Variable } from "./message-writer.ts";
import { printableBut, type TextStyle } from "./text-style.ts";

const nameCharacters = printableBut(" !\"#$%&'()*+,;<=>?[\\]^`{|}~");

/** Names take time to be found: they are not asked for where they are not sent. */
const nobody: Endpoints = {};

/** What an outgoing record says, for a person who looks at it in any log viewer: one line. */
export class Sentences {
  readonly #writer: MessageWriter;
  readonly #style: TextStyle;
  readonly #withNames: boolean;
  #prefix = "";
  #prefixName = "";

  constructor(writer: MessageWriter, style: TextStyle, withNames: boolean) {
    this.#writer = writer;
    this.#style = style;
    this.#withNames = withNames;
  }

  /** Writes as much of the sentence as there is room for. */
  add(outgoing: Outgoing): void {
    switch (outgoing.kind) {
      case "event":
        this.#addEvent(outgoing);
        break;
      case "flow":
        this.#addFlow(outgoing);
        break;
      case "notice":
        this.#add(outgoing.text);
        break;
    }
    this.#writer.keepCut();
  }

  #addEvent(outgoing: OutgoingEvent): void {
    const { denial, direction } = outgoing;
    const { source, destination } = this.#withNames ? outgoing : nobody;
    this.#add(denial.verdict ?? "denied");
    this.#add(" ");
    this.#add(denial.protocol ?? "packet");
    this.#add(" ");
    this.#addPlace(denial.src, denial.srcPort, source, "srcPort");
    this.#add(" -> ");
    this.#addPlace(denial.dst, denial.dstPort, destination);
    this.#addWhy(denial, direction);
    if (denial.repeated !== undefined) this.#addCount(", ", denial.repeated, " packet");
  }

  #addFlow(outgoing: OutgoingFlow): void {
    const { flow } = outgoing;
    const { source, destination } = this.#withNames ? outgoing : nobody;
    this.#add("denied ");
    this.#add(flow.protocol ?? "packets");
    this.#add(" ");
    this.#addPlace(flow.src ?? "many sources", undefined, source);
    this.#add(" -> ");
    this.#addPlace(flow.dst ?? "many destinations", flow.dstPort, destination);
    this.#addWhy(flow, flow.direction);
    this.#addCount(": ", outgoing.packets, " packet");
    this.#addCount(", ", outgoing.attempts, " attempt");
    this.#addCount(", ", outgoing.bytes, " byte");
    const seconds = (outgoing.intervalEnd - outgoing.intervalStart) / MICROS_PER_SECOND;
    this.#addNumber(" in ", Math.round(seconds));
    this.#add(" s");
  }

  #addPlace(
    address: string,
    port: number | undefined,
    names: Endpoint | undefined,
    what?: Variable["what"],
  ): void {
    if (port === undefined) this.#add(address);
    else if (address.includes(":")) {
      this.#addTwo("[", address);
      this.#addNumber("]:", port, what);
    } else {
      this.#add(address);
      this.#addNumber(":", port, what);
    }
    if (names !== undefined) this.#addEndpoint(names);
  }

  #addEndpoint(names: Endpoint): void {
    const name = endpointName(names);
    if (name === undefined) return;
    this.#add(" (");
    if (name.namespace !== undefined) {
      this.#addName(name.namespace);
      this.#add("/");
    }
    this.#addName(name.name);
    this.#add(")");
  }

  #addWhy({ icmpType, icmpCode, policy, prefix }: Reason, direction: Direction | undefined): void {
    if (icmpType !== undefined) this.#addNumber(" type ", icmpType);
    if (icmpCode !== undefined) this.#addNumber(" code ", icmpCode);
    if (direction !== undefined) this.#addTwo(", ", direction);
    if (policy !== undefined) {
      this.#add(", policy ");
      this.#addName(policy);
    }
    if (prefix !== this.#prefix) {
      this.#prefix = prefix;
      this.#prefixName = nameOfPrefix(prefix);
    }
    if (this.#prefixName === "") return;
    this.#add(", prefix ");
    this.#addName(this.#prefixName);
  }

  #addTwo(before: string, text: string): void {
    this.#add(before);
    this.#add(text);
  }

  /** In quotes, if it could pass for a part of the sentence. */
  #addName(name: string): void {
    if (!this.#writer.plain(name, nameCharacters)) this.#add(JSON.stringify(printable(name)));
  }

  #addCount(before: string, count: number, singular: string): void {
    this.#addNumber(before, count);
    this.#add(singular);
    if (count !== 1) this.#add("s");
  }

  #addNumber(before: string, value: number, what?: Variable["what"]): void {
    this.#add(before);
    if (what !== undefined) this.#writer.varies(what);
    this.#writer.number(value);
  }

  #add(text: string): void {
    this.#writer.cuttable(text, this.#style);
  }
}

type Reason = Pick<DenialOfMessage, "icmpType" | "icmpCode" | "policy" | "prefix">;
