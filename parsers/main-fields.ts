import { formatAddress } from "../src/model/address.ts";
import type { Denial } from "../src/model/denial.ts";
import type { DenialOfMessage } from "../src/model/outgoing.ts";
import type { PrefixMeaning } from "../src/model/prefix-meaning.ts";
import { protocolName } from "../src/model/protocol.ts";
import { tcpFlagsOf } from "../src/model/tcp-flags.ts";
import { markOf } from "./denial-of.ts";
import type { LineRecord } from "./line-record.ts";
import { textOf } from "./shown.ts";

/**
 * The main fields of the line in a record, as denialOf() has them, each made when it is asked for,
 * for a message has half of them. They hold until the next line is read.
 */
export class MainFields implements DenialOfMessage {
  prefix = "";
  meaning: PrefixMeaning;
  readonly #record: LineRecord;
  // What is asked for again and again.
  #src: string | undefined;
  #dst: string | undefined;
  #in: string | undefined;
  #out: string | undefined;

  constructor(record: LineRecord, meaning: PrefixMeaning) {
    this.#record = record;
    this.meaning = meaning;
  }

  /** The record holds another line, whose prefix means this. */
  next(prefix: string, meaning: PrefixMeaning): void {
    this.prefix = prefix;
    this.meaning = meaning;
    this.#src = this.#dst = this.#in = this.#out = undefined;
  }

  get src(): string {
    const { family, src0, src1, src2, src3 } = this.#record;
    return (this.#src ??= formatAddress(family, src0, src1, src2, src3));
  }

  get dst(): string {
    const { family, dst0, dst1, dst2, dst3 } = this.#record;
    return (this.#dst ??= formatAddress(family, dst0, dst1, dst2, dst3));
  }

  get in(): string | undefined {
    const { text, inStart, inEnd } = this.#record;
    return known((this.#in ??= textOf(text, inStart, inEnd)));
  }

  get out(): string | undefined {
    const { text, outStart, outEnd } = this.#record;
    return known((this.#out ??= textOf(text, outStart, outEnd)));
  }

  get protocol(): string | undefined {
    const { protocol } = this.#record;
    return protocol < 0 ? undefined : protocolName(protocol);
  }

  get tcpFlags(): Denial["tcpFlags"] {
    const { tcpFlags } = this.#record;
    return tcpFlags < 0 ? undefined : tcpFlagsOf(tcpFlags);
  }

  get verdict(): Denial["verdict"] {
    return this.meaning.verdict;
  }

  get tier(): string | undefined {
    return known(this.meaning.tier);
  }

  get kind(): string | undefined {
    return known(this.meaning.kind);
  }

  get policy(): string | undefined {
    return known(this.meaning.policy);
  }

  get policyCut(): true | undefined {
    return this.meaning.policyCut === true ? true : undefined;
  }

  get mark(): string | undefined {
    const { markStart, markEnd } = this.#record;
    return markStart === markEnd ? undefined : known(markOf(this.#record));
  }

  get repeated(): number | undefined {
    const { repeated } = this.#record;
    return repeated > 1 ? repeated : undefined;
  }

  get srcPort(): number | undefined {
    return present(this.#record.srcPort);
  }

  get dstPort(): number | undefined {
    return present(this.#record.dstPort);
  }

  get icmpType(): number | undefined {
    return present(this.#record.icmpType);
  }

  get icmpCode(): number | undefined {
    return present(this.#record.icmpCode);
  }

  get length(): number | undefined {
    return present(this.#record.length);
  }

  get ttl(): number | undefined {
    return present(this.#record.ttl);
  }

  get fragmentOffset(): number | undefined {
    return present(this.#record.fragmentOffset);
  }

  get incomplete(): number | undefined {
    return present(this.#record.incomplete);
  }

  get uid(): number | undefined {
    return present(this.#record.uid);
  }

  get gid(): number | undefined {
    return present(this.#record.gid);
  }
}

function present(value: number): number | undefined {
  return value < 0 ? undefined : value;
}

function known(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}
