import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type MessageFormat,
  messageFormats,
} from "../../../src/forward/message/message-settings.ts";
import type { Outgoing } from "../../../src/model/outgoing.ts";
import { needs, programMissing } from "../../end-to-end/machine.ts";
import { readLine } from "../../parsers/read-line.ts";
import { examples } from "./examples.ts";
import { expectedFields, type Fields, wrongFields } from "./expected-fields.ts";
import { formatted } from "./formatted.ts";
import { outgoings } from "./generated-outgoing.ts";
import { parseCef } from "./parse-cef.ts";
import { readByRsyslog, type RsyslogReading } from "./rsyslog-readings.ts";
import { parseStrictly } from "./strict-rfc5424.ts";

const missing = programMissing("rsyslogd");
needs("rsyslog", missing);

const records: readonly Outgoing[] = [
  ...Object.values(examples),
  ...fc.sample(outgoings.filter(hasKeysForRsyslog), { numRuns: 400 }),
];

/** `cm` and `cM` are one key in its JSON (libfastjson). */
function hasKeysForRsyslog(outgoing: Outgoing): boolean {
  if (!("details" in outgoing)) return true;
  const keys = Object.keys(outgoing.details).map((key) => key.toLowerCase());
  return new Set(keys).size === keys.length;
}

type Json = Readonly<Record<string, unknown>>;

/** What rsyslog knows of each record, beside the message that it was sent. */
async function readings(format: MessageFormat, reading: Omit<RsyslogReading, "template">) {
  const messages = records.map((record) => formatted(record, { format, messageBytesMax: 8096 }));
  const bytes = messages.map((message) => message.bytes);
  const lines = await readByRsyslog(bytes, { template: "json", ...reading });
  expect(lines.length).toBe(records.length);
  return records.map((record, index) => ({
    record,
    message: messages[index]!,
    known: JSON.parse(lines[index]!) as Json,
  }));
}

describe.skipIf(missing !== undefined)("rsyslog", () => {
  test("reads the structured data back (mmpstrucdata)", async () => {
    const all = await readings("rfc5424", {
      modules: ["mmpstrucdata"],
      actions: ['type="mmpstrucdata" sd_name.lowercase="off"'],
    });
    for (const { record, message, known } of all) {
      const data = known["rfc5424-sd"] as Readonly<Record<string, Fields>>;
      const { eventId, messageCut, ...params } = data["denyscope@32473"]!;
      expect([eventId, messageCut === "true"]).toEqual([record.id, message.isCut]);
      expect(wrongFields(params, expectedFields(record), message.isCut)).toEqual([]);
      expect(data["meta"]).toEqual({ sequenceId: "7" });
    }
  });

  test("reads JSON back (mmjsonparse)", async () => {
    const all = await readings("json", {
      modules: ["mmjsonparse"],
      actions: ['type="mmjsonparse" cookie=""'],
    });
    for (const { message, known } of all) {
      const { text } = parseStrictly(message.bytes);
      expect(JSON.stringify(known) === JSON.stringify(JSON.parse(text))).toBe(true);
    }
  });

  test("reads CEF back (mmnormalize)", async () => {
    const all = await readings("cef", {
      modules: ["mmnormalize"],
      actions: ['type="mmnormalize" rulebase="RULES"'],
      rulebase: "version=2\nrule=: %cef:cef%\n",
    });
    for (const { message, known } of all) {
      // liblognorm 2.0 takes the first letter of an extension for the space before it.
      const { externalId, ...expected } = parseCef(message.text).extension;
      const { xternalId, ...found } = (known["cef"] as Json)["Extensions"] as Fields;
      expect(xternalId).toBe(externalId);
      expect(wrongFields(found, expected, false)).toEqual([]);
    }
  });

  test.each([
    "RSYSLOG_TraditionalFileFormat",
    "RSYSLOG_FileFormat",
    "RSYSLOG_SyslogProtocol23Format",
  ])("writes what is known to be denyscope's own: %s", async (template) => {
    for (const format of messageFormats) {
      const bytes = records.map((record) => formatted(record, { format }).bytes);
      const lines = await readByRsyslog(bytes, { template });
      expect(lines.length).toBe(records.length);
      expect(lines.filter((line) => readLine(line).result !== "own")).toEqual([]);
    }
  });
});
