import type { CountedBatch, CountRows, FollowUpRows } from "../model/counted-batch.ts";
import { FLOW_ORIGIN, FLOW_WORDS } from "../model/flow-key.ts";
import type { FlowRows } from "./flow-rows.ts";
import type { SessionNames } from "./session-names.ts";

export type RowLookup = (index: number) => number;

/** The counts of a batch, and the rows that they belong to. */
export type PlacedCounts = {
  readonly minutes: CountRows;
  readonly followUps: FollowUpRows;
  /** The row of what stands in the column of the flow; another one for another session. */
  readonly rowOf: RowLookup;
};

/** Which rows the flows of a counting session are counted in. */
export interface RowsOfSession {
  /** Rows that the session may count in at any time: they must stay. */
  readonly flowsInUse: readonly number[];
  /** Takes the new flows of a batch, and says where its counts go. */
  place(batch: CountedBatch): PlacedCounts;
  /** Row in which a flow of the session of the last batch was counted, also when others follow. */
  flowLookup(): RowLookup;
  /** Packets counted since the transaction began in rows that fold many flows. */
  readonly folded: number;
  /** Before the commit, when all counts are written. */
  flush(): void;
  /** What undoes the batches of a transaction that fails. */
  snapshot(): () => void;
}

type Rows = { readonly flows: number[]; readonly rowOf: RowLookup };

/** Every flow has a row of its own, whatever there are. */
export class SessionRows implements RowsOfSession {
  readonly #names: SessionNames;
  readonly #flowRows: FlowRows;
  readonly folded = 0;
  #rows: Rows = emptyRows();

  constructor(names: SessionNames, flowRows: FlowRows) {
    this.#names = names;
    this.#flowRows = flowRows;
  }

  get flowsInUse(): readonly number[] {
    return this.#rows.flows;
  }

  flowLookup(): RowLookup {
    return this.#rows.rowOf;
  }

  place(batch: CountedBatch): PlacedCounts {
    if (batch.startsSession) this.#rows = emptyRows();
    const { count, words } = batch.flows;
    const bytes = Buffer.from(words.buffer, words.byteOffset, words.byteLength);
    for (let at = 0; at < count * FLOW_WORDS; at += FLOW_WORDS) {
      const origin = words[at + FLOW_ORIGIN]!;
      const prefix = this.#names.prefix(origin >>> 16);
      const node = this.#names.node(origin & 0xffff);
      this.#rows.flows.push(this.#flowRows.rowOf({ words, bytes, at, prefix, node }));
    }
    this.#flowRows.flush();
    return { minutes: batch.minutes, followUps: batch.followUps, rowOf: this.#rows.rowOf };
  }

  flush(): void {}

  snapshot(): () => void {
    const rows = this.#rows;
    const { length } = rows.flows;
    return () => {
      this.#rows = rows;
      rows.flows.length = length;
    };
  }
}

function emptyRows(): Rows {
  const flows: number[] = [];
  return { flows, rowOf: (index) => flows[index]! };
}
