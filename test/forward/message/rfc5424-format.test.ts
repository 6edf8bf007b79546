import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Outgoing } from "../../../src/model/outgoing.ts";
import { expectedFields, type Fields, wrongFields } from "./expected-fields.ts";
import { formatted, SEQUENCE } from "./formatted.ts";
import { outgoings } from "./generated-outgoing.ts";
import { parseStrictly } from "./strict-rfc5424.ts";
import { runs } from "../../long-run.ts";

/** Parameters of denyscope's element behind the id and the mark of a cut message. */
function paramsOf(outgoing: Outgoing): { readonly params: Fields; readonly isCut: boolean } {
  const { bytes, isCut } = formatted(outgoing, { messageBytesMax: 8096 });
  const [own, meta, ...others] = parseStrictly(bytes).elements;
  expect([own!.id, meta!.id, others.length]).toEqual(["denyscope@32473", "meta", 0]);
  expect(meta!.params).toEqual([["sequenceId", String(SEQUENCE)]]);
  const first = [["eventId", outgoing.id], ...(isCut ? [["messageCut", "true"]] : [])];
  expect(own!.params.slice(0, first.length)).toEqual(first);
  const rest = own!.params.slice(first.length);
  const params = Object.fromEntries(rest);
  expect(Object.keys(params).length).toBe(rest.length);
  return { params, isCut };
}

describe("rfc5424Format()", () => {
  test("is read back by a strict parser, whatever the texts", () => {
    fc.assert(
      fc.property(outgoings, (outgoing) => {
        const { params, isCut } = paramsOf(outgoing);
        expect(wrongFields(params, expectedFields(outgoing), isCut)).toEqual([]);
      }),
      { numRuns: runs(8000), endOnFailure: true },
    );
  });
});
