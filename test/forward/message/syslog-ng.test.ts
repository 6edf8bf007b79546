import fc from "fast-check";
import { mkdtempDisposableSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  type MessageFormat,
  messageFormats,
} from "../../../src/forward/message/message-settings.ts";
import type { Outgoing } from "../../../src/model/outgoing.ts";
import { needs } from "../../end-to-end/machine.ts";
import { readLine } from "../../parsers/read-line.ts";
import { startSyslogNg, syslogNgMissing } from "../servers/syslog-ng-server.ts";
import { examples } from "./examples.ts";
import { expectedFields, type Fields, wrongFields } from "./expected-fields.ts";
import { formatted } from "./formatted.ts";
import { outgoings } from "./generated-outgoing.ts";
import { sendCounted, sendLines } from "./send-messages.ts";

const missing = syslogNgMissing();
needs("syslog-ng", missing);

const records: readonly Outgoing[] = [
  ...Object.values(examples),
  ...fc.sample(outgoings, { numRuns: 400 }),
];

/** What syslog-ng writes of each record. */
async function linesOf(format: MessageFormat, template: string): Promise<readonly string[]> {
  using folder = mkdtempDisposableSync(join(tmpdir(), "denyscope-syslog-ng-"));
  const isOld = format === "rfc3164" || format === "cef";
  await using server = await startSyslogNg({
    folder: folder.path,
    source: isOld ? "network rfc3164" : "syslog",
    template,
  });
  const messages = records.map((record) => formatted(record, { format }).bytes);
  await (isOld ? sendLines : sendCounted)(server.port, messages);
  await server.process.storedAll(messages.length);
  const lines = server.process.stored();
  expect(lines.length).toBe(messages.length);
  return lines;
}

describe.skipIf(missing !== undefined)("syslog-ng", () => {
  test.each(messageFormats)("writes what is known to be denyscope's own: %s", async (format) => {
    // The template of a file that has none.
    const lines = await linesOf(format, "$DATE $HOST $MSGHDR$MSG");
    expect(lines.filter((line) => readLine(line).result !== "own")).toEqual([]);
  });

  test("reads the structured data back", async () => {
    const lines = await linesOf("rfc5424", "$(format-json --key .SDATA.denyscope@32473.*)");
    for (const [index, record] of records.entries()) {
      const { isCut } = formatted(record);
      const known = JSON.parse(lines[index]!) as { readonly _SDATA: Record<string, Fields> };
      const { eventId, messageCut, ...params } = known._SDATA["denyscope@32473"]!;
      expect([eventId, messageCut === "true"]).toEqual([record.id, isCut]);
      expect(wrongFields(params, expectedFields(record), isCut)).toEqual([]);
    }
  });
});
