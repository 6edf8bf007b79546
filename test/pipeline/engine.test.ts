import { existsSync, mkdtempDisposableSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { writeSyslog } from "../../bench/syslog-generator.ts";
import { needles } from "../../parsers/needles.ts";
import { lineBytesMax } from "../../src/model/limits.ts";
import { tcpFlagNames } from "../../src/model/tcp-flags.ts";
import { generatedLine } from "../parsers/generated-line.ts";
import { mutatedLine } from "../parsers/mutated-line.ts";
import { sampleLines } from "../parsers/sample-lines.ts";
import { tellingLines } from "../parsers/telling-lines.ts";
import { assembledLine, commonLine, lineOf, otherLines, partKinds, V4 } from "./common-lines.ts";
import { TwoWays } from "./two-ways.ts";
import { isLong, runs } from "../long-run.ts";

// Seconds alone; other tests may run beside it.
vi.setConfig({ testTimeout: 120_000 });

/** Each line in a batch of its own; the lines that are counted otherwise by the engine. */
function wrongLines(ways: TwoWays, lines: Iterable<string>): string[] {
  const wrong: string[] = [];
  for (const line of lines) {
    ways.add(`${line}\n`);
    const difference = ways.difference();
    if (difference !== "") wrong.push(`${line}\n${difference}`);
  }
  return wrong.slice(0, 5);
}

test("the engine is there: without it all of this would prove nothing", () => {
  expect(existsSync(new URL("../../dist/engine.wasm", import.meta.url))).toBe(true);
  const ways = new TwoWays();
  ways.add(`${lineOf()}\n${lineOf()}\n`);
  expect(ways.share).toEqual({ engine: 1, all: 2 });
});

describe("the engine counts as the grammar does, line by line", () => {
  test("every line of samples/", () => {
    const ways = new TwoWays();
    expect(wrongLines(ways, sampleLines)).toEqual([]);
    // Again, when names and hours are known.
    expect(wrongLines(ways, sampleLines)).toEqual([]);
  });

  test.each(Object.keys(partKinds) as (keyof typeof partKinds)[])(
    "every kind of %s, before and after an ordinary line",
    (name) => {
      const ways = new TwoWays();
      for (const line of partKinds[name].map((part) => lineOf({ [name]: part }))) {
        ways.newSource();
        // The second is the engine's, if it can be; so is what comes after it.
        expect(wrongLines(ways, [lineOf(), line, line, lineOf()]), line).toEqual([]);
      }
    },
  );

  test.each(Object.keys(partKinds) as (keyof typeof partKinds)[])(
    `every kind of %s after every ${isLong ? "" : "third "}other`,
    (name) => {
      const ways = new TwoWays();
      const lines = partKinds[name].map((part) => lineOf({ [name]: part }));
      const wrong = lines.flatMap((before, first) =>
        lines.flatMap((after, second) => {
          if (!isLong && (first + second) % 3 !== 0) return [];
          ways.newSource();
          ways.add(`${before}\n${after}\n${after}\n`);
          const difference = ways.difference();
          return difference === "" ? [] : [`${before}\n${after}\n${difference}`];
        }),
      );
      expect(wrong.slice(0, 3)).toEqual([]);
    },
  );

  test("all combinations of TCP flags", () => {
    const ways = new TwoWays();
    const lines = Array.from({ length: 512 }, (_, mask) => {
      const flags = tcpFlagNames.filter((_name, bit) => (mask & (1 << bit)) !== 0);
      const words = flags.map((flag) => `${flag} `).join("");
      return lineOf({
        packet: `${V4}PROTO=TCP SPT=1 DPT=2 WINDOW=3 RES=0x00 ${words}URGP=0 `,
      });
    });
    expect(wrongLines(ways, [lineOf(), ...lines])).toEqual([]);
    // All but the first, which teaches it the hour, and those with AE.
    expect(ways.share).toEqual({ engine: 256, all: 513 });
  });

  test("other lines, among denials", () => {
    const ways = new TwoWays();
    const lines = [...otherLines, ...tellingLines].flatMap((line) => [lineOf(), line]);
    expect(wrongLines(ways, lines)).toEqual([]);
  });

  test("needles at every place of a line", () => {
    const ways = new TwoWays();
    for (const needle of needles) {
      const lines: string[] = [];
      for (let before = 0; before < 40; before++) {
        for (const after of ["", " ", " text behind it that is longer than one block"]) {
          for (const word of [needle, needle.slice(1), needle.slice(0, -1), ` ${needle}2`]) {
            lines.push("x".repeat(before) + word + after);
          }
        }
      }
      expect(wrongLines(ways, lines), needle).toEqual([]);
    }
  });

  test.each([-1, 0, 1, 2])("lines of %i bytes more than may be", (more) => {
    const ways = new TwoWays();
    const long = (line: string, end: string) =>
      line.padEnd(lineBytesMax + more - end.length, "x") + end;
    const lines = ["", "\r"].flatMap((end) => [
      long("", end),
      long("2026-11-22T12:00:00.000000+00:00 worker-1 app: text", end),
      long(lineOf(), end),
      long(lineOf({ prefix: "calico-packet: ".padEnd(lineBytesMax) }), end),
    ]);
    expect(wrongLines(ways, [lineOf(), ...lines, lineOf()])).toEqual([]);
  });

  test("CRLF", () => {
    const ways = new TwoWays();
    expect(
      wrongLines(
        ways,
        sampleLines.slice(0, 200).map((line) => `${line}\r`),
      ),
    ).toEqual([]);
  });
});

describe("the engine counts as the grammar does", () => {
  const ways = new TwoWays();
  const sameCounts = (lines: readonly (string | Buffer)[]) => {
    ways.newSource();
    const texts = lines.map((line) =>
      (typeof line === "string" ? line : line.toString("latin1")).replaceAll("\n", " "),
    );
    ways.add(`${[lineOf(), ...texts, lineOf()].join("\n")}\n`);
    expect(ways.difference()).toBe("");
  };

  test("common lines with any values, nearly all by itself", () => {
    fc.assert(fc.property(fc.array(commonLine, { maxLength: 40 }), sameCounts), {
      numRuns: runs(1000),
    });
    const { engine, all } = ways.share;
    expect(engine / all).toBeGreaterThan(0.75);
  });

  test("lines of all kinds of parts", () => {
    const lines = fc.array(fc.oneof(assembledLine, fc.constantFrom(...otherLines)), {
      maxLength: 12,
    });
    fc.assert(fc.property(lines, sameCounts), { numRuns: runs(2000) });
  });

  test("lines of the whole grammar", () => {
    const line = generatedLine.map(({ line: text }) => text);
    fc.assert(
      // Twice, for the second is one whose names and hour are known.
      fc.property(fc.array(line, { maxLength: 6 }), (lines) => sameCounts([...lines, ...lines])),
      { numRuns: runs(1000) },
    );
  });

  test("mutated lines among those that they were", () => {
    const lines = fc.tuple(
      fc.constantFrom(...sampleLines),
      fc.array(mutatedLine, { maxLength: 5 }),
    );
    fc.assert(
      fc.property(lines, ([line, mutated]) => {
        sameCounts(mutated.flatMap((each) => [line, each, each, line]));
      }),
      { numRuns: runs(1500) },
    );
  });

  test("a common line with any one byte changed", () => {
    const telling = Buffer.from(" \0\t\r0158:=./-+[]()aFxIOSTZmN\x7f\xff", "latin1");
    const before = lineOf();
    const kinds = [
      `${V4}PROTO=ICMP TYPE=8 CODE=0 ID=7 SEQ=1 MARK=0x1 `,
      undefined,
      partKinds.packet[38],
    ];
    for (const packet of kinds) {
      const line = Buffer.from(lineOf(packet === undefined ? {} : { packet }), "latin1");
      for (let at = 0; at < line.length; at += isLong ? 1 : 3) {
        const changed = Array.from(telling, (byte) => {
          const copy = Buffer.from(line);
          copy[at] = byte;
          return copy.toString("latin1");
        });
        // HOPLIMIT without its T: engine-traps.test.ts.
        if (line.toString("latin1", at - 7, at) === "HOPLIMI") continue;
        ways.newSource();
        ways.add(`${changed.flatMap((each) => [before, each]).join("\n")}\n`);
        expect(ways.difference(), `byte ${at}`).toBe("");
      }
    }
  });
});

describe("the engine counts nearly all lines itself", () => {
  test("of samples/", () => {
    const ways = new TwoWays();
    for (const line of sampleLines) ways.add(`${line}\n`);
    const { engine, all } = ways.share;
    expect(all).toBe(sampleLines.length);
    expect(engine / all).toBeGreaterThan(0.85);
  });

  test.each([
    ["denials only", 1],
    ["one denial in ten lines", 10],
    ["one denial in a thousand lines", 1000],
  ])("of generated input: %s", (_, linesPerDenial) => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "denyscope-engine-"));
    const path = join(folder.path, "syslog");
    writeSyslog(path, { seed: 5, lines: 20_000, flows: 500, seconds: 3000, linesPerDenial });
    const ways = new TwoWays({ bufferBytes: 16 * 1024 * 1024 });
    ways.add(readFileSync(path));
    const { engine, all } = ways.share;
    expect(all).toBe(20_000);
    // The first line of an hour, and loss messages.
    expect(all - engine).toBeLessThan(0.01 * all);
    expect(ways.difference()).toBe("");
  });

  test.each([0, 1, 99_999, 9_999_999, 10_000_000, 99_999_999, 999_999_999])(
    "of a host that has been up for %i seconds",
    (uptime) => {
      const ways = new TwoWays();
      const line = lineOf({ uptime: `[${String(uptime).padStart(5)}.000001] ` });
      ways.add(`${line}\n`.repeat(100));
      expect(ways.difference()).toBe("");
      expect(ways.share).toEqual({ engine: 99, all: 100 });
    },
  );
});
