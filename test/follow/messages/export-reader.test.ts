import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ExportReader, type JournalEntry } from "../../../src/follow/messages/export-reader.ts";
import { lineBytesMax } from "../../../src/model/limits.ts";

function binary(name: string, value: Buffer): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(value.length));
  return Buffer.concat([Buffer.from(`${name}\n`), length, value, Buffer.from("\n")]);
}

const plain = (name: string, value: Buffer) =>
  Buffer.concat([Buffer.from(`${name}=`), value, Buffer.from("\n")]);

/** Reads bytes in pieces of these sizes, again and again. */
function read(bytes: Buffer, sizes: readonly number[]): JournalEntry[] {
  const reader = new ExportReader();
  const entries: JournalEntry[] = [];
  for (let at = 0, piece = 0; at < bytes.length; piece++) {
    const end = at + sizes[piece % sizes.length]!;
    for (const entry of reader.push(bytes.subarray(at, end))) {
      entries.push({ ...entry, message: Buffer.from(entry.message) });
    }
    at = end;
  }
  return entries;
}

describe("ExportReader", () => {
  test("reads what was written, whatever the fields, their order and the pieces", () => {
    const value = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes));
    const others = fc.array(fc.tuple(fc.constantFrom("_PID", "MESSAGE_ID", "X"), value));
    const entry = fc.record({ message: value, others, seed: fc.nat(), monotonic: fc.nat() });
    fc.assert(
      fc.property(
        fc.array(entry, { maxLength: 6 }),
        fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 8 }),
        (entries, sizes) => {
          const bytes = entries.map(({ message, others, seed, monotonic }, number) => {
            const fields = [
              plain("_TRANSPORT", Buffer.from("kernel")),
              plain("SYSLOG_FACILITY", Buffer.from("0")),
              plain("_HOSTNAME", Buffer.from("n1")),
              plain("_SOURCE_MONOTONIC_TIMESTAMP", Buffer.from(`${monotonic}`)),
              message.includes(0x0a) || seed % 2 === 1
                ? binary("MESSAGE", message)
                : plain("MESSAGE", message),
              ...others.map(([name, text]) => binary(name, text)),
            ];
            const turned = [...fields.slice(seed % fields.length), ...fields];
            const all = turned.slice(0, fields.length);
            const head = Buffer.from(`__CURSOR=c${number}\n__REALTIME_TIMESTAMP=${number}\n`);
            return Buffer.concat([head, ...all, Buffer.from("\n")]);
          });
          expect(read(Buffer.concat(bytes), sizes)).toEqual(
            entries.map(({ message, monotonic }, number) => ({
              cursor: `c${number}`,
              realtime: number,
              monotonic,
              transport: "kernel",
              facility: "0",
              host: "n1",
              message,
            })),
          );
        },
      ),
    );
  });

  test.each([
    ["plain", plain],
    ["binary", binary],
  ])("keeps the beginning of a %s message that is too long", (_, field) => {
    const message = Buffer.alloc(5 * 1024 * 1024, "x");
    const bytes = Buffer.concat([
      Buffer.from("__CURSOR=a\n"),
      field("MESSAGE", message),
      field("_CMDLINE", message),
      Buffer.from("\n__CURSOR=b\nMESSAGE=y\n\n"),
    ]);
    const [first, second, ...rest] = read(bytes, [64 * 1024]);
    expect(rest).toEqual([]);
    expect(first!.message.length).toBeGreaterThan(lineBytesMax);
    expect(first!.message.length).toBeLessThan(lineBytesMax + 100);
    expect([second!.cursor, second!.message]).toEqual(["b", Buffer.from("y")]);
  });

  test("gives no entry that did not end", () => {
    expect(read(Buffer.from("__CURSOR=a\nMESSAGE=x\n"), [5])).toEqual([]);
  });

  test("takes no number for a time that is none", () => {
    const text = "__CURSOR=a\n__REALTIME_TIMESTAMP=x\n_SOURCE_MONOTONIC_TIMESTAMP=-1\n\n";
    expect(read(Buffer.from(text), [5])).toMatchObject([{ realtime: 0, monotonic: undefined }]);
  });
});
