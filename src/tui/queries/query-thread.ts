import assert from "node:assert/strict";
import { parentPort } from "node:worker_threads";
import type Database from "better-sqlite3";
import { type Naming, namingDefaults } from "../../query/endpoints/naming.ts";
import { queryPulse } from "../../query/pulse.ts";
import { openForReading } from "../../store/open.ts";
import { answerAsk } from "./answer-ask.ts";
import type { FromQueries, ToQueries } from "./ask.ts";

/** Queries run here, so that a key is answered while they do. */
assert(parentPort !== null, "this file is the entry of a thread");
const port = parentPort;

let database: Database.Database | undefined;
let naming: Naming = namingDefaults;

function handle(message: ToQueries): FromQueries | undefined {
  if (message.kind === "open") {
    database = openForReading(message.path);
    naming = message.naming;
    return { kind: "opened" };
  }
  if (database === undefined) return undefined;
  if (message.kind === "pulse") return { kind: "pulse", pulse: queryPulse(database) };
  const { number, ask } = message;
  try {
    return { kind: "answer", number, answer: answerAsk(database, naming, ask, Date.now() * 1000) };
  } catch (error) {
    return { kind: "refused", number, message: (error as Error).message };
  }
}

port.on("message", (message: ToQueries) => {
  try {
    const answer = handle(message);
    if (answer !== undefined) port.postMessage(answer);
  } catch (error) {
    port.postMessage({ kind: "failed", message: (error as Error).message } satisfies FromQueries);
  }
});
