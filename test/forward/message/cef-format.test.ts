import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Outgoing } from "../../../src/model/outgoing.ts";
import { printable } from "../../../src/model/printable.ts";
import { event, notice } from "./examples.ts";
import { formatted } from "./formatted.ts";
import { outgoings } from "./generated-outgoing.ts";
import { parseCef, type ParsedCef } from "./parse-cef.ts";
import { runs } from "../../long-run.ts";

function cefOf(outgoing: Outgoing, messageBytesMax = 8096): ParsedCef {
  return parseCef(formatted(outgoing, { format: "cef", messageBytesMax }).text);
}

describe("cefFormat()", () => {
  test.each([
    ["ingress", "0"],
    ["host-ingress", "0"],
    ["egress", "1"],
    ["host-egress", "1"],
    ["local", undefined],
    ["forward", undefined],
  ] as const)("%s is deviceDirection %s", (direction, expected) => {
    expect(cefOf({ ...event, direction }).extension["deviceDirection"]).toBe(expected);
  });

  test("details beyond the fields that there are for them are left out", () => {
    const details = Object.fromEntries("abcdefgh".split("").map((name) => [name, name]));
    const { extension } = cefOf({ ...notice, details });
    expect(extension).toMatchObject({ cs1Label: "a", cs1: "a", cs6Label: "f", cs6: "f" });
    expect(Object.values(extension)).not.toContain("g");
  });

  test("escapes the version in the header", () => {
    const { text } = formatted(event, { format: "cef", version: "1|2\\3" });
    expect(parseCef(text).header[3]).toBe("1|2\\3");
  });

  test("is read back by the rules of CEF, whatever the texts", () => {
    fc.assert(
      fc.property(outgoings, fc.integer({ min: 480, max: 8096 }), (outgoing, messageBytesMax) => {
        const { header, extension } = cefOf(outgoing, messageBytesMax);
        expect(header.slice(0, 4)).toEqual(["0", "denyscope", "denyscope", "1.2.3"]);
        expect(extension["externalId"]).toBe(outgoing.id);
        const isCut = extension["flexString1"] === "true";
        const expected = expectedOf(outgoing);
        const names = Object.keys(expected).filter((name) => !isCut || name in extension);
        expect(names.filter((name) => extension[name] !== expected[name])).toEqual([]);
      }),
      { numRuns: runs(8000), endOnFailure: true },
    );
  });
});

/** Of the texts that may be anything, where CEF has them. */
function expectedOf(outgoing: Outgoing): Readonly<Record<string, string>> {
  if (outgoing.kind === "notice") return { cat: outgoing.notice };
  const { policy, tier, src, ...others } =
    outgoing.kind === "event" ? outgoing.denial : outgoing.flow;
  const texts = {
    cs1: policy,
    cs2: tier,
    cs3: others.kind,
    dvchost: outgoing.node,
    deviceInboundInterface: others.in,
    deviceOutboundInterface: others.out,
    [src?.includes(":") === true ? "c6a2" : "src"]: src,
  };
  return Object.fromEntries(
    Object.entries(texts).flatMap(([name, text = ""]) => {
      const shown = printable(text.trim()).trim();
      return shown === "" ? [] : [[name, shown]];
    }),
  );
}
