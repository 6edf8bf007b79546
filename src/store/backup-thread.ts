// Copies a database: SQLite does it in one call, in which its thread can do nothing else.
import { parentPort, workerData } from "node:worker_threads";
import type { CopyOrder } from "./backup.ts";
import { explain, openForReading } from "./open.ts";

const { from, to } = workerData as CopyOrder;

function copy(): string | undefined {
  try {
    const database = openForReading(from);
    try {
      // It forbids a copy too. One statement, so all of it is of one moment.
      database.pragma("query_only = OFF");
      database.prepare("VACUUM INTO ?").run(to);
    } finally {
      database.close();
    }
    return undefined;
  } catch (error) {
    return explain(error, to).message;
  }
}

parentPort?.postMessage(copy());
