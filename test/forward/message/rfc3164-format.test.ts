import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Outgoing } from "../../../src/model/outgoing.ts";
import { event, notice } from "./examples.ts";
import { expectedFields, type Fields, wrongFields } from "./expected-fields.ts";
import { formatted, SEQUENCE } from "./formatted.ts";
import { outgoings } from "./generated-outgoing.ts";
import { runs } from "../../long-run.ts";

const header = /^<\d{1,3}>[A-Z][a-z]{2} [ 123]\d \d\d:\d\d:\d\d ([\w.:-]{1,255}) denyscope: /;

type Parsed = { readonly sentence: string; readonly pairs: Fields; readonly isCut: boolean };

function parsed(outgoing: Outgoing, messageBytesMax = 8096): Parsed {
  const { text, isCut } = formatted(outgoing, { format: "rfc3164", messageBytesMax });
  const head = header.exec(text)![0];
  const first = `eventId=${outgoing.id} sequenceId=${SEQUENCE}${isCut ? " messageCut=true" : ""}`;
  const start = text.lastIndexOf(` ${first}`);
  const pairs = logfmtOf(text.slice(start + first.length + 1));
  return { sentence: text.slice(head.length, Math.max(head.length, start)), pairs, isCut };
}

function logfmtOf(text: string): Fields {
  const pairs: [string, string][] = [];
  const pattern = / ([^\s="]+)=(?:("(?:[^"\\]|\\["\\])*")|([^\s="\\]+))/y;
  let end = 0;
  for (let found = pattern.exec(text); found !== null; found = pattern.exec(text)) {
    end = pattern.lastIndex;
    const [, name, quoted, bare] = found;
    pairs.push([name!, quoted === undefined ? bare! : (JSON.parse(quoted) as string)]);
  }
  expect(text.slice(end)).toBe("");
  const fields = Object.fromEntries(pairs);
  expect(Object.keys(fields).length).toBe(pairs.length);
  return fields;
}

describe("rfc3164Format()", () => {
  test("is never longer than 1024 bytes, as RFC 3164 has it", () => {
    const denial = { ...event.denial, prefix: "x".repeat(2000) };
    const { bytes, isCut } = formatted(
      { ...event, denial },
      { format: "rfc3164", messageBytesMax: 8096 },
    );
    expect([bytes.length <= 1024, isCut]).toEqual([true, true]);
  });

  test("its pairs are read back as logfmt, whatever the texts", () => {
    fc.assert(
      fc.property(outgoings, fc.integer({ min: 480, max: 1024 }), (outgoing, messageBytesMax) => {
        const { pairs, isCut } = parsed(outgoing, messageBytesMax);
        expect(wrongFields(pairs, expectedFields(outgoing), isCut)).toEqual([]);
      }),
      { numRuns: runs(8000), endOnFailure: true },
    );
  });

  test("a sentence that does not fit is cut, and stands before the pairs", () => {
    const { sentence, pairs } = parsed({ ...notice, text: "é".repeat(1000) });
    expect(sentence).toMatch(/^é{300,}$/);
    expect(pairs).toEqual({ notice: "loss", ...notice.details, lines: "12" });
  });
});
