import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { LineResult } from "../../parsers/line-parser.ts";
import { goldenRead, translations } from "./golden-view.ts";
import { readLine } from "./read-line.ts";

const folder = new URL("../../samples/golden/", import.meta.url);
const linesOf = (name: string) =>
  readFileSync(new URL(name, folder), "utf8").replace(/\n$/, "").split("\n");

type Golden = {
  readonly case: string;
  readonly shows: string;
  readonly parse: Readonly<Record<string, unknown>>;
};

const texts = linesOf("edge-cases.log");
const goldens = linesOf("edge-cases.jsonl").map((line, index) => {
  const golden = JSON.parse(line) as Golden;
  return { ...golden, line: texts[index]!, named: `${golden.case}: ${golden.shows}` };
});

/** What the lines are that are no LOG lines with a packet, or whose packet is not read. */
const results: Readonly<Record<string, LineResult>> = {
  E22: "no-address",
  E34: "no-address",
  E36: "no-address",
  E40: "trace",
  E41: "trace",
  E44: "repeat-of-previous",
  E46: "bad-address",
  E51: "cut-short",
  E62: "unknown-dialect",
  E67: "ordinary",
  E68: "loss-message",
  E69: "loss-message",
};

/** Golden values that name a thing otherwise than we show it. */
const shownAs: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  E18: { "v6.ext": [{ spi: "bd5df15" }, { frag: 0, more: true, id: "0000beef" }] },
  E19: { "v6.ext": [{ spi: "cb886522" }] },
  E50: { time: "2021-03-12T14:10:18Z" },
  E55: { time: "2015-12-29T11:59:54Z" },
  E61: { proto: "TCP" },
  E64: { time: "2026-03-17T13:39:13Z" },
  E65: { time: "2026-03-01T10:00:00Z" },
  E68: { suppressed: { by: "kernel-ratelimit", n: 21 } },
  E76: { time: "2023-10-29T20:45:24.299093Z" },
};

/**
 * Not looked at: parts of a header that nothing is made of (that they are no part of the prefix,
 * `prefix` and `host` show), policies by prefix, which are not the grammar's, ARP and the fields
 * of rejected lines, which are not kept.
 */
const unkept = ["pri", "kmsg", "grepFile", "cri", "outer", "tag", "app", "tier", "kind", "policy"];
const elsewhere = ["record", "arp", "arp.macsrc", "verdict"];

/** Only the keys that are asked for, of a packet in brackets and of objects in general. */
function like(value: unknown, expected: unknown): unknown {
  const isObject = (it: unknown): it is Record<string, unknown> =>
    typeof it === "object" && it !== null && !Array.isArray(it);
  if (!isObject(value) || !isObject(expected)) return value;
  const names = Object.keys(expected);
  return Object.fromEntries(names.map((name) => [name, like(value[name], expected[name])]));
}

describe("the golden parses", () => {
  test("are 79", () => {
    expect(goldens.length).toBe(79);
    expect(texts.length).toBe(79);
  });

  test.each(goldens)("$named", ({ case: name, line, parse }) => {
    const read = goldenRead(line);
    const isRead = read.result === "log" || read.result === "trace";
    expect(read.result).toBe(results[name] ?? "log");
    const keys = Object.keys(parse).filter(
      (key) => !unkept.includes(key) && !elsewhere.includes(key),
    );
    const ofRejected = ["E46", "E51"].includes(name) ? ["src", "dpt", "ttl", "proto", "spt"] : [];
    for (const key of keys.filter((each) => !ofRejected.includes(each))) {
      const expected = shownAs[name]?.[key] ?? parse[key];
      expect({ [key]: like(translations[key]!(read), expected) }).toEqual({ [key]: expected });
    }
    if (isRead) expect(read.denial.prefix).not.toMatch(/kernel:|\d\d:\d\d:\d\d|^<\d+>|^\d+,\d+/);
  });

  test("leave no name untranslated", () => {
    const names = new Set(goldens.flatMap(({ parse }) => Object.keys(parse)));
    const known = [...Object.keys(translations), ...unkept, ...elsewhere];
    expect([...names].filter((name) => !known.includes(name))).toEqual([]);
  });
});

/** The header is all in which the four files differ, and what it says of time, node and uptime. */
const packetOf = (line: string) => {
  const { time: _time, timeInferred: _flag, node: _node, ...packet } = readLine(line).denial!;
  return packet;
};

describe("every kind of packet is read the same behind", () => {
  const expected = readFileSync(new URL("../every-kind-of-packet.log", folder), "utf8")
    .trimEnd()
    .split("\n");
  test.each(["traditional", "rfc5424", "dmesg-raw"])("the header %s", (header) => {
    const lines = linesOf(`every-kind-of-packet.${header}.log`);
    expect(lines.length).toBe(63);
    expect(lines.map(packetOf)).toEqual(expected.map(packetOf));
  });
});
