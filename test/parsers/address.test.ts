import { describe, expect, test } from "vitest";
import { dottedAddress, wordsAddress, wordsRead } from "../../parsers/address.ts";
import { LineRecord } from "../../parsers/line-record.ts";

function cursorAt(start: number, end: number): LineRecord {
  const record = new LineRecord();
  record.at = start;
  record.end = end;
  return record;
}

describe("dottedAddress()", () => {
  test.each([
    ["0.0.0.0", 0, 7],
    ["255.255.255.255", 4_294_967_295, 15],
    ["10.244.17.20 DST=", 183_767_316, 12],
    ["1.2.3.4.5", 16_909_060, 7],
    ["1.2.3.1234", 16_909_179, 9],
    ["010.001.000.004", 167_837_700, 15],
    ["256.0.0.1", -1, 0],
    ["1.2.3.999", -1, 0],
    ["1.2.3", -1, 0],
    ["1.2.3.", -1, 0],
    ["1..2.3", -1, 0],
    [".1.2.3", -1, 0],
    ["a.b.c.d", -1, 0],
    ["", -1, 0],
  ])("reads %j as %i and moves on by %i", (text, value, moved) => {
    const bytes = Buffer.from(text);
    const record = cursorAt(0, bytes.length);
    expect([dottedAddress(bytes, record), record.at]).toEqual([value, moved]);
  });

  test("reads no digit behind the end", () => {
    const record = cursorAt(0, 7);
    expect(dottedAddress(Buffer.from("1.2.3.456"), record)).toBe(0x01020304);
  });
});

describe("wordsAddress()", () => {
  test.each([
    ["2001:0db8:0113:0000:0000:0000:0000:0021", [0x20010db8, 0x01130000, 0, 0x21]],
    ["FFFF:ffff:FFFF:ffff:8000:0000:7fff:0001", [-1, -1, -2_147_483_648, 0x7fff0001]],
  ])("reads %s", (text, words) => {
    const bytes = Buffer.from(text);
    const record = cursorAt(0, bytes.length);
    expect(wordsAddress(bytes, record)).toBe(true);
    expect([...wordsRead]).toEqual(words);
    expect(record.at).toBe(39);
  });

  test.each([
    ["compressed", "2001:db8::21"],
    ["one digit short", "2001:0db8:0113:0000:0000:0000:0000:002"],
    ["a group too few", "2001:0db8:0113:0000:0000:0000:0000 0021"],
    ["a letter that is no digit", "2001:0db8:0113:0000:0000:0000:0000:002g"],
  ])("reads nothing that is %s, and stays where it is", (_, text) => {
    const bytes = Buffer.from(text);
    const record = cursorAt(0, bytes.length);
    expect([wordsAddress(bytes, record), record.at]).toEqual([false, 0]);
  });

  test("reads nothing behind the end", () => {
    const bytes = Buffer.from("2001:0db8:0113:0000:0000:0000:0000:0021");
    expect(wordsAddress(bytes, cursorAt(0, 38))).toBe(false);
  });
});
