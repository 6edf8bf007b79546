import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  messageFormats,
  type MessageSettings,
} from "../../../src/forward/message/message-settings.ts";
import { event, examples } from "./examples.ts";
import { formatted } from "./formatted.ts";
import { outgoings } from "./generated-outgoing.ts";
import { runs } from "../../long-run.ts";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const caps = fc.oneof(fc.integer({ min: 480, max: 1200 }), fc.integer({ min: 480, max: 8096 }));
const isMarked = /messageCut(="true"|=true|":true)|flexString1Label=messageCut flexString1=true/;

describe.each(messageFormats)("messageFormatter() in format %s", (format) => {
  test("never passes the limit, and sends nothing that anybody would obey", () => {
    fc.assert(
      fc.property(outgoings, caps, fc.boolean(), (outgoing, messageBytesMax, names) => {
        const { bytes, isCut } = formatted(outgoing, { format, messageBytesMax, names });
        expect(bytes.length).toBeLessThanOrEqual(messageBytesMax);
        const text = decoder.decode(bytes);
        expect(text).not.toMatch(/\p{Cc}|\p{Bidi_Control}|[\u2028\u2029\u200b\ufeff]/u);
        expect(isMarked.test(text)).toBe(isCut);
      }),
      { numRuns: runs(4000), endOnFailure: true },
    );
  });

  test("keeps id, addresses, ports and protocol whatever the limit", () => {
    const long = "x".repeat(9000);
    const denial = {
      ...event.denial,
      prefix: long,
      policy: long,
      in: long,
      tier: long,
      src: "2001:db8::17:12",
    };
    // In the raw format they stand wherever the kernel has written them.
    const message = Buffer.from("2001:db8::17:12 10.244.3.9 53120 5432 tcp" + long);
    const outgoing = {
      ...event,
      denial,
      node: "n".repeat(300),
      message,
      source: { pod: long },
      destination: { pod: long },
    };
    for (let messageBytesMax = 480; messageBytesMax < 600; messageBytesMax++) {
      const { text, isCut } = formatted(outgoing, { format, messageBytesMax });
      expect(isCut).toBe(true);
      expect(text).toContain(event.id);
      for (const part of ["2001:db8::17:12", "10.244.3.9", "53120", "5432", /tcp/i]) {
        expect(text).toMatch(part);
      }
    }
  });

  test("cuts nothing before it must", () => {
    for (const outgoing of Object.values(examples)) {
      const { bytes } = formatted(outgoing, { format });
      const exact = Math.max(480, bytes.length);
      expect(formatted(outgoing, { format, messageBytesMax: exact }).isCut).toBe(false);
      if (bytes.length <= 480) continue;
      expect(formatted(outgoing, { format, messageBytesMax: bytes.length - 1 }).isCut).toBe(true);
    }
  });

  test("leaves names out where they are not to be sent", () => {
    for (const outgoing of Object.values(examples)) {
      expect(formatted(outgoing, { format, names: false }).text).not.toMatch(/postgres|shop/);
    }
  });
});

describe("messageFormatter() refuses", () => {
  const refused: readonly (readonly [string, Partial<MessageSettings>, string])[] = [
    [
      "a limit that receivers need not take",
      { messageBytesMax: 479 },
      'Cannot use "479" as size of messages, expected 480 to 8096',
    ],
    [
      "a limit that receivers cut at",
      { messageBytesMax: 8097 },
      'Cannot use "8097" as size of messages, expected 480 to 8096',
    ],
    [
      "half a number",
      { enterprise: 1.5 },
      'Cannot use "1.5" as enterprise number, expected 1 to 4294967295',
    ],
    [
      "elements that leave no room",
      { messageBytesMax: 480, elements: [{ id: "a@1", params: [["key", "x".repeat(100)]] }] },
      "Cannot send messages of at most 480 bytes with these elements, expected 566 or more",
    ],
    [
      "elements where there is no place for them",
      { format: "rfc3164", elements: [{ id: "a@1", params: [] }] },
      'Cannot send the element "a@1" in format "rfc3164", expected a format with structured data',
    ],
    [
      "elements in CEF",
      { format: "cef", elements: [{ id: "a@1", params: [] }] },
      'Cannot send the element "a@1" in format "cef", expected a format with structured data',
    ],
    [
      "an element twice",
      { elements: [{ id: "meta", params: [] }] },
      'Cannot send the element "meta": a message has one already',
    ],
    [
      "a name that would end the element",
      { elements: [{ id: "a@1", params: [["a]b", "secret"]] }] },
      'Cannot use "a]b" as a name in structured data: expected 1 to 32 printable ASCII ' +
        'characters without space, =, ] and "',
    ],
  ];

  test.each(refused)("%s", (_, settings, message) => {
    expect(() => formatted(event, settings)).toThrow(new RangeError(message));
  });

  test("an id that is not of event-id.ts", () => {
    expect(() => formatted({ ...event, id: 'a"' })).toThrow("ids are those of event-id.ts");
  });
});
