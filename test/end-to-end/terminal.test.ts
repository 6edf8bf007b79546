import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import stringWidth from "string-width";
import { beforeAll, describe, expect, test } from "vitest";
import { writeSyslog } from "../../bench/syslog-generator.ts";
import { topDimensions } from "../../src/query/top.ts";
import { Place } from "./import-place.ts";
import { needs, programMissing } from "./machine.ts";
import { sampleLogs } from "./naive-count.ts";
import { program, programEnvironment } from "./built-program.ts";
import { denyscope, outputOf } from "./program.ts";
import { shownOnTerminal } from "./terminal.ts";

const noTerminal = programMissing("script");
const COLUMNS = 80;

/** More than a pipe holds, so that a reader that leaves is noticed. */
const manyFlows = { seed: 5, lines: 20_000, flows: 8000, seconds: 600 };

const place = new Place();
const [samples, many, hostile] = [place.path("samples"), place.path("many"), place.path("hostile")];

beforeAll(async () => {
  const logs = sampleLogs.map(({ name, text }) => place.write(name, [text]));
  await outputOf(["import", ...logs, "--db", samples]);
  writeSyslog(place.path("generated"), manyFlows);
  await outputOf(["import", place.path("generated"), "--db", many]);
  await outputOf(["import", place.write(hostileName, hostileLines), "--db", hostile]);
  return () => place[Symbol.dispose]();
});

const queries: readonly (readonly string[])[] = [
  ["flows"],
  ["flows", "-o", "wide"],
  ["flows", "--from-ip", "::/0", "-o", "wide"],
  ...topDimensions.flatMap((dimension) => [
    ["top", dimension],
    ["top", dimension, "-o", "wide"],
  ]),
  ["observe", "-o", "table"],
  ["observe", "-o", "wide"],
  ["timeline"],
  ["timeline", "--interval", "1m", "-o", "wide"],
  ["status"],
  ["status", "-o", "wide"],
];

needs("a terminal", noTerminal);

describe.skipIf(noTerminal !== undefined)(`on a terminal of ${COLUMNS} columns`, () => {
  test.for(queries.map((words) => [words.join(" "), words] as const))(
    "%s fits",
    async ([, words]) => {
      const { status, shown } = await shownOnTerminal([...words, "--db", samples], COLUMNS);
      const lines = shown.trimEnd().split("\n");

      expect(status, shown).toBe(0);
      expect(lines.length).toBeGreaterThan(3);
      expect(lines.filter((line) => stringWidth(line) > COLUMNS)).toEqual([]);
    },
  );

  test("a wider one shows more", async () => {
    const narrow = await shownOnTerminal(["flows", "--db", samples], COLUMNS);
    const wide = await shownOnTerminal(["flows", "--db", samples], 160);
    expect(narrow.shown).not.toContain("FIRST SEEN");
    expect(wide.shown).toContain("FIRST SEEN");
  });
});

describe("a reader that leaves is no error", () => {
  test.for(["table", "jsonl", "json", "csv"])("flows -o %s | head -1", async (format) => {
    const flows = `'${process.execPath}' '${program}' flows --db '${many}' --limit 0 -o ${format}`;
    const script = `{ ${flows}; echo "exit $?" >&2; } | head -1`;
    const child = spawn("sh", ["-c", script], { env: programEnvironment });
    const [stdout, stderr] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "close"),
    ]);

    expect(stdout.split("\n")).toHaveLength(2);
    expect(stderr).toBe("exit 0\n");
  });
});

/** Bytes that a terminal would obey, or that would show something else than what is there. */
const commands = {
  "ESC colour": "\x1b[31m",
  "ESC title": "\x1b]0;title\x07",
  "C1 control": "\u009b2J",
  backspaces: "\b\b\b",
  "carriage return": "x\rcleared",
  "NUL and DEL": "\0\x7f",
  "right-to-left override": "\u202egnp.exe",
  "zero width space": "pay\u200bload",
  "a formula": "=cmd|' /C calc'!A1",
  "CSV quotes": '",x"',
  "invalid UTF-8": "\xff\xfe",
};

const hostileName = "log\x1b[2J\u202e";
const hostileLines = Buffer.concat(
  Object.entries(commands).flatMap(([name, command], index) => {
    const bytes = Buffer.from(command, name === "invalid UTF-8" ? "latin1" : "utf8");
    const stamp = `2026-11-22T12:00:${10 + index}.000000+00:00`;
    const addresses = `SRC=10.0.0.${index} DST=10.0.1.1`;
    const header = `${addresses} LEN=60 TOS=0x00 PREC=0x00 TTL=63 ID=1`;
    const route = `IN=eth0 OUT=cali0 ${header} PROTO=UDP SPT=1 DPT=2 LEN=40\n`;
    const line = (host: Buffer, prefix: Buffer) => [
      Buffer.from(`${stamp} `),
      host,
      Buffer.from(" kernel: [  100.000001] calico-packet"),
      prefix,
      Buffer.from(`: ${route}`),
    ];
    const nothing = Buffer.from("-");
    const broken = Buffer.from(`${stamp} host kernel: calico-packet: IN=eth0 OUT= SRC=1.2.`);
    return [
      ...line(nothing, bytes),
      ...line(Buffer.concat([nothing, bytes.filter((byte) => byte !== 0x20)]), nothing),
      broken,
      bytes,
      Buffer.from(" DST=10.0.1.1 LEN=60 PROTO=UDP SPT=1 DPT=2\n"),
    ];
  }),
);

describe("bytes of a log never reach a terminal as they are", () => {
  const formats = ["table", "wide", "json", "jsonl", "csv", "yaml"];
  const cases = [
    ...formats.map((format) => ["flows", "-o", format, "--limit", "0"]),
    ...formats.map((format) => ["top", "prefix", "-o", format, "--limit", "0"]),
    ...formats.map((format) => ["top", "node", "-o", format, "--limit", "0"]),
    ...formats.map((format) => ["flows", "--group-by", "prefix,node", "-o", format]),
    ...[...formats, "compact", "raw"].map((format) => ["observe", "-o", format, "--last", "0"]),
    ...["table", "wide", "json", "yaml"].map((format) => ["status", "-o", format]),
  ].map((words) => [words.join(" "), words] as const);

  test.for(cases)("%s", async ([, words]) => {
    const output = await outputOf([...words, "--db", hostile]);
    expect(output.length).toBeGreaterThan(200);
    expectHarmless(output.replaceAll("\r\n", "\n"));
  });

  test("all of them are counted, one as suspect: a prefix holds no end of a line", async () => {
    const flows = (await outputOf(["flows", "--db", hostile, "-o", "jsonl"])).trimEnd().split("\n");
    expect(flows).toHaveLength(2 * Object.keys(commands).length - 1);
  });

  test("what import says of a file", async () => {
    const name = place.path("missing\x1b[2J\u202e");
    const { stderr } = await denyscope(["import", place.path(hostileName), name, "--db", hostile]);
    expect(stderr).toContain("\\x1b[2J");
    expectHarmless(stderr);
  });

  test("what a wrong filter was", async () => {
    const { status, stderr } = await denyscope(["flows", "--from-ip", "\x1b[2J", "--db", hostile]);
    expect(status).toBe(2);
    expect(stderr).toContain("\\x1b[2J");
    expectHarmless(stderr);
  });
});

function expectHarmless(output: string): void {
  const obeyed = /[\p{Cc}\u200b-\u200f\u2028-\u202e\u2066-\u2069]/u;
  expect(output.split("\n").filter((line) => obeyed.test(line))).toEqual([]);
}
