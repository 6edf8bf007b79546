import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { isFatal, writeFaultOf } from "../../src/store/write-fault.ts";
import { newPath } from "./stored.ts";

test.for<[code: string, fault: string, ends: boolean]>([
  ["SQLITE_FULL", "full", false],
  ["SQLITE_READONLY", "read-only", false],
  ["SQLITE_READONLY_DBMOVED", "moved", true],
  ["SQLITE_IOERR_FSYNC", "disk", true],
  ["SQLITE_IOERR_WRITE", "disk", true],
  ["SQLITE_IOERR_READ", "disk", true],
  ["SQLITE_CORRUPT", "damaged", true],
  ["SQLITE_CORRUPT_INDEX", "damaged", true],
  ["SQLITE_NOTADB", "damaged", true],
  ["SQLITE_CANTOPEN", "other", false],
  ["SQLITE_BUSY", "other", false],
])("%s on a disk that can be written to is %s", ([code, fault, ends]) => {
  const path = newPath();
  const found = writeFaultOf(Object.assign(new Error(), { code }), path);
  expect(found).toBe(fault);
  expect(isFatal(found)).toBe(ends);
  expect(existsSync(`${path}-probe`)).toBe(false);
});

test("what is no error of SQLite is no fault of the disk", () => {
  expect(writeFaultOf(new RangeError("x"), newPath())).toBe("other");
  expect(writeFaultOf(undefined, newPath())).toBe("other");
});
