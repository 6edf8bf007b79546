import assert from "node:assert/strict";
import type Database from "better-sqlite3";
import { openForReading } from "../../store/open.ts";
import { runSql } from "./run-sql.ts";
import type { SqlAnswer, SqlStatement } from "./sql-client.ts";

assert(process.send !== undefined, "this file is the entry of a process");

let database: Database.Database | undefined;

function answerTo({ path, text }: SqlStatement): SqlAnswer {
  try {
    // All are of one database.
    database ??= openForReading(path);
    return { table: runSql(database, text) };
  } catch (error) {
    return { refusal: (error as Error).message };
  }
}

process.on("message", (statement: SqlStatement) => process.send!(answerTo(statement)));
