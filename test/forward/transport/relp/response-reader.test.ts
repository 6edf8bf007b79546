import fc from "fast-check";
import { expect, test } from "vitest";
import { ResponseReader } from "../../../../src/forward/transport/relp/response-reader.ts";
import { relpAnswer } from "../../servers/relp-script.ts";
import { runs } from "../../../long-run.ts";

type Response = readonly [txnr: number, command: string, data: string];

/** Reads bytes in pieces of these sizes, again and again; undefined where it is no RELP. */
function read(bytes: Buffer, sizes: readonly number[]): Response[] | undefined {
  const responses: Response[] = [];
  const reader = new ResponseReader({
    response: (txnr, command, data, length) => {
      responses.push([txnr, command, data.toString("latin1", 0, length)]);
    },
  });
  let isRelp = true;
  for (let at = 0, piece = 0; at < bytes.length; piece++) {
    const end = at + sizes[piece % sizes.length]!;
    isRelp = reader.push(bytes.subarray(at, end));
    at = end;
  }
  return isRelp ? responses : undefined;
}

const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 });
const letters = "abcdefghijklmnopqrstuvwxyzABCXYZ".split("");
const response = fc.tuple(
  fc.integer({ min: 0, max: 999_999_999 }),
  fc.oneof(
    fc.constant("rsp"),
    fc.string({ unit: fc.constantFrom(...letters), minLength: 1, maxLength: 32 }),
  ),
  fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString("latin1")),
);

function framed([txnr, command, data]: Response): Buffer {
  const head = `${txnr} ${command} ${data.length}`;
  return Buffer.from(`${head}${data === "" ? "" : ` ${data}`}\n`, "latin1");
}

test("ResponseReader reads what was written, whatever the pieces", () => {
  fc.assert(
    fc.property(fc.array(response, { maxLength: 8 }), sizes, (responses, pieces) => {
      expect(read(Buffer.concat(responses.map(framed)), pieces)).toEqual(responses);
    }),
  );
});

test("ResponseReader takes any garbage, the same in any pieces", () => {
  const noise = fc.oneof(
    fc.uint8Array({ maxLength: 50 }).map((bytes) => Buffer.from(bytes)),
    fc
      .string({ unit: fc.constantFrom(..."019 \nrspx".split("")), maxLength: 50 })
      .map((text) => Buffer.from(text)),
    response.map(framed),
  );
  fc.assert(
    fc.property(fc.array(noise, { maxLength: 8 }), sizes, (parts, pieces) => {
      const bytes = Buffer.concat(parts);
      expect(read(bytes, pieces)).toEqual(read(bytes, [bytes.length + 1]));
    }),
    { numRuns: runs(4000) },
  );
});

test.for<[what: string, text: string]>([
  ["a letter for a number", "x rsp 0\n"],
  ["no number", " rsp 0\n"],
  ["a number of ten digits", "1000000000 rsp 0\n"],
  ["a sign", "-1 rsp 0\n"],
  ["no command", "1  0\n"],
  ["a command of 33 letters", `1 ${"a".repeat(33)} 0\n`],
  ["a command with a digit", "1 rsp1 0\n"],
  ["no length", "1 rsp \n"],
  ["a space behind a length of 0", "1 rsp 0 \n"],
  ["no data behind a length", "1 rsp 3\n"],
  ["data that go on", "1 rsp 3 abcd\n"],
  ["data of more than 128 KiB", "1 rsp 131073 "],
])("ResponseReader refuses %s", ([, text]) => {
  expect(read(Buffer.from(text), [3])).toBe(undefined);
  expect(read(Buffer.from(`${text}${relpAnswer(2, "200 OK")}`), [64]), "and what follows").toBe(
    undefined,
  );
});

test("ResponseReader keeps the beginning of long data", () => {
  const data = `200 OK\n${"x".repeat(128 * 1024 - 7)}`;
  const [long, short] = read(Buffer.from(relpAnswer(1, data) + relpAnswer(2, "200")), [1000])!;
  expect(long).toEqual([1, "rsp", data.slice(0, 4096)]);
  expect(short).toEqual([2, "rsp", "200"]);
});
