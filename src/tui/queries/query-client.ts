import { Worker } from "node:worker_threads";
import { entryBeside } from "../../model/entry-beside.ts";
import type { Pulse } from "../../query/pulse.ts";
import type { Answer, Ask, AskSql, FromQueries, Opened, ToQueries } from "./ask.ts";
import { type SqlAnswer, SqlClient } from "./sql-client.ts";

const thread = entryBeside(import.meta.url, "query-thread");

export interface QueryEvents {
  answered(ask: Ask, answer: Answer): void;
  refused(ask: Ask, message: string): void;
  beat(pulse: Pulse): void;
  failed(message: string): void;
}

type Asked = { readonly number: number; readonly ask: Ask };

/**
 * The database, seen from the screen. One question is under way at a time, and a newer one replaces
 * the one that waits: what nobody looks at any more is not asked. A person's own statement runs
 * beside, where it can be stopped, if another process can open the database.
 */
export class QueryClient implements AsyncDisposable {
  readonly #worker = new Worker(thread);
  #events: QueryEvents | undefined;
  #number = 0;
  #underWay: Asked | undefined;
  #waiting: Ask | undefined;
  #isPulseUnderWay = false;
  readonly #fetches = new Map<number, PromiseWithResolvers<Answer>>();
  #sql: SqlClient | undefined;

  /** @throws Error with one line for people when the database cannot be opened. */
  async open(database: Opened): Promise<void> {
    const opened = new Promise<void>((resolve, reject) => {
      this.#worker.once("message", (message: FromQueries) => {
        if (message.kind === "failed") reject(new Error(message.message));
        else resolve();
      });
      this.#worker.once("error", reject);
    });
    this.#post({ kind: "open", ...database });
    await opened;
    const { hasName, path } = database;
    if (hasName) this.#sql = new SqlClient(path, (ask, answer) => this.#ran(ask, answer));
    this.#worker.on("message", (message: FromQueries) => this.#receive(message));
    this.#worker.on("error", (error) => this.#events?.failed(error.message));
  }

  set events(events: QueryEvents) {
    this.#events = events;
  }

  ask(ask: Ask): void {
    if (ask.kind === "sql" && this.#sql !== undefined) this.#sql.run(ask);
    else if (this.#underWay === undefined) this.#send(ask);
    else this.#waiting = ask;
  }

  /** Nobody waits for the statement any more that may be under way. */
  stopSql(): void {
    this.#sql?.stop();
  }

  /** Asks beside what the screen asks, and never replaces that. */
  async fetch(ask: Ask): Promise<Answer> {
    const number = ++this.#number;
    const fetched = Promise.withResolvers<Answer>();
    this.#fetches.set(number, fetched);
    this.#post({ kind: "ask", number, ask });
    return await fetched.promise;
  }

  /** Asks whether the database has changed, unless that is asked already. */
  pulse(): void {
    if (this.#isPulseUnderWay || this.#underWay !== undefined) return;
    this.#isPulseUnderWay = true;
    this.#post({ kind: "pulse" });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#sql?.[Symbol.dispose]();
    await this.#worker.terminate();
  }

  #ran(ask: AskSql, answer: SqlAnswer): void {
    if ("refusal" in answer) this.#events?.refused(ask, answer.refusal);
    else this.#events?.answered(ask, { kind: "sql", table: answer.table });
  }

  #send(ask: Ask): void {
    this.#underWay = { number: ++this.#number, ask };
    this.#post({ kind: "ask", number: this.#number, ask });
  }

  #receive(message: FromQueries): void {
    switch (message.kind) {
      case "answer":
      case "refused": {
        const fetched = this.#fetches.get(message.number);
        if (fetched !== undefined) {
          this.#fetches.delete(message.number);
          if (message.kind === "answer") fetched.resolve(message.answer);
          else fetched.reject(new Error(message.message));
          return;
        }
        const asked = this.#underWay;
        if (asked === undefined || asked.number !== message.number) return;
        this.#underWay = undefined;
        const next = this.#waiting;
        this.#waiting = undefined;
        if (next !== undefined) this.#send(next);
        if (message.kind === "refused") this.#events?.refused(asked.ask, message.message);
        else this.#events?.answered(asked.ask, message.answer);
        return;
      }
      case "pulse":
        this.#isPulseUnderWay = false;
        this.#events?.beat(message.pulse);
        return;
      case "failed":
        this.#isPulseUnderWay = false;
        this.#events?.failed(message.message);
        return;
      case "opened":
    }
  }

  #post(message: ToQueries): void {
    this.#worker.postMessage(message);
  }
}
