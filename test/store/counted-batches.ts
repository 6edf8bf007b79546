import { LineRecord } from "../../parsers/line-record.ts";
import { netfilterParser } from "../../parsers/netfilter-parser.ts";
import { Aggregator } from "../../src/aggregate/aggregator.ts";
import { LineCounter } from "../../src/aggregate/line-counter.ts";
import { LineTallies } from "../../src/aggregate/line-tallies.ts";
import type {
  Checkpoint,
  CountedBatch,
  OpenedAttempts,
  TransactionEnd,
} from "../../src/model/counted-batch.ts";
import { deniedPrefixDefaults } from "../../src/model/verdict.ts";

const LF = 0x0a;
/** Sources that have no row yet are known by negative numbers. */
const NEW_SOURCE = -1;

/** Counts lines as the pipeline does, into the batches of one source. */
export class BatchMaker {
  readonly #aggregator = new Aggregator(
    { deniedPrefixes: deniedPrefixDefaults },
    new LineCounter(),
  );
  readonly #record = new LineRecord();
  readonly #source: number;
  #offset: number;

  /** Goes on with a source where there is one, and with the attempts that are open. */
  constructor(source = NEW_SOURCE, offset = 0, opened: readonly OpenedAttempts[] = []) {
    this.#source = source;
    this.#offset = offset;
    this.#aggregator.load(opened);
  }

  batch(lines: readonly string[], wantsNewSession = false): CountedBatch {
    const text = lines.join("");
    const bytes = Buffer.from(text);
    const tallies = new LineTallies();
    for (let start = 0; start < bytes.length; ) {
      const end = bytes.indexOf(LF, start);
      const result = netfilterParser.parse(bytes, start, end, this.#record);
      if (result === "log") {
        const time = this.#record.stampSeconds * 1_000_000 + this.#record.stampMicros;
        this.#aggregator.add(bytes, start, end, this.#record, time);
        tallies.addLogs(1);
      } else tallies.addOther("ordinary");
      start = end + 1;
    }
    this.#offset += bytes.length;
    this.#aggregator.endBatch({ bytes, readAgain: undefined }, () => bytes.fill("?"));
    const { prefixTally, ...counted } = this.#aggregator.take(wantsNewSession);
    const tally = tallies.take(prefixTally);
    const checkpoint = this.#checkpoint();
    return {
      ...counted,
      events: [],
      progress: { tally, losses: [], checkpoint, endsContent: false },
    };
  }

  /** Ends the transaction of the batches since the last time. */
  end(): TransactionEnd {
    return this.#aggregator.endTransaction();
  }

  #checkpoint(): Checkpoint {
    return {
      source: this.#source,
      path: "/var/log/syslog",
      kind: "file",
      device: 1,
      inode: 2,
      offset: this.#offset,
      headBytes: 0,
      headHash: "",
      anchorBytes: 0,
      anchorHash: "",
      firstDenials: [],
      lastTime: 0,
      lossHash: "",
      cursor: "",
      begunAt: 0,
      isClosed: false,
    };
  }
}
