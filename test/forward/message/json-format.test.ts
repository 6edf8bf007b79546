import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Outgoing } from "../../../src/model/outgoing.ts";
import { printable } from "../../../src/model/printable.ts";
import { notice } from "./examples.ts";
import { expectedFields, type Fields, wrongFields } from "./expected-fields.ts";
import { formatted } from "./formatted.ts";
import { events, outgoings } from "./generated-outgoing.ts";
import { parseStrictly } from "./strict-rfc5424.ts";
import { runs } from "../../long-run.ts";

type Json = Readonly<Record<string, unknown>>;

function jsonOf(outgoing: Outgoing, messageBytesMax = 8096): { json: Json; isCut: boolean } {
  const { bytes, isCut } = formatted(outgoing, { format: "json", messageBytesMax });
  const { text, elements } = parseStrictly(bytes);
  expect(elements[0]!.params[0]).toEqual(["eventId", outgoing.id]);
  const json = JSON.parse(text) as Json;
  // No name twice, no number that is none, no escape that need not be.
  expect(JSON.stringify(json) === text).toBe(true);
  return { json, isCut };
}

/** Members as the flat names of structured data, and their values as text. */
function flat(json: Json): Fields {
  const { source, destination, details, ...others } = json;
  const fields = { ...others, ...(details as Json), ...side("src", source) };
  return Object.fromEntries(
    Object.entries({ ...fields, ...side("dst", destination) }).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(" ") : String(value),
    ]),
  );
}

function side(prefix: string, names: unknown): Json {
  return Object.fromEntries(
    Object.entries((names ?? {}) as Json).map(([name, value]) => [
      prefix + name.charAt(0).toUpperCase() + name.slice(1),
      value,
    ]),
  );
}

describe("jsonFormat()", () => {
  test("is read back by JSON.parse(), whatever the texts", () => {
    fc.assert(
      fc.property(outgoings, fc.integer({ min: 480, max: 8096 }), (outgoing, messageBytesMax) => {
        const { json, isCut } = jsonOf(outgoing, messageBytesMax);
        const expected = expectedFields(outgoing);
        const found = flat(json);
        const main = Object.keys(found).filter((name) => Object.hasOwn(expected, name));
        const known = Object.fromEntries(main.map((name) => [name, found[name]!]));
        expect(wrongFields(known, expected, isCut)).toEqual([]);
        expect(json["messageCut"]).toBe(isCut ? true : undefined);
      }),
      { numRuns: runs(8000), endOnFailure: true },
    );
  });

  test("has every field of a denial", () => {
    fc.assert(
      fc.property(events, (outgoing) => {
        const { json, isCut } = jsonOf(outgoing);
        if (isCut) return;
        const expected = JSON.parse(JSON.stringify(outgoing.denial), (_, value: unknown) =>
          typeof value === "string" ? printable(value) : value,
        ) as Json;
        const names = Object.keys(expected);
        expect(names.filter((name) => !(name in json))).toEqual([]);
        const same = names.filter(
          (name) => JSON.stringify(json[name]) === JSON.stringify(expected[name]),
        );
        expect(same).toEqual(names);
      }),
      { numRuns: runs(4000), endOnFailure: true },
    );
  });

  test("has null where a number is none", () => {
    const { json } = jsonOf({ ...notice, details: { lines: Number.NaN } });
    expect(json["details"]).toEqual({ lines: null });
  });
});
