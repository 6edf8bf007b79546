import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LineRecord } from "../../parsers/line-record.ts";
import { netfilterParser } from "../../parsers/netfilter-parser.ts";
import { readLine } from "./read-line.ts";
import { lossLines, ownLines, repeatLines } from "./telling-lines.ts";

function recordOf(line: string): { result: string; record: LineRecord } {
  const bytes = Buffer.from(line);
  const record = new LineRecord();
  return { result: netfilterParser.parse(bytes, 0, bytes.length, record), record };
}

test.each(lossLines)("a loss message: %s", (line, lost, lostBy) => {
  const { result, record } = recordOf(line);
  expect({ result, lost: record.lost, lostBy: record.lostBy }).toEqual({
    result: "loss-message",
    lost: lost ?? -1,
    lostBy,
  });
});

const messages = lossLines
  .map(([line]) => /(?:rsyslogd\S*|journald?\S*|kernel): +(?:\[[\d.]+\] )?(.*)$/.exec(line)?.[1])
  .filter((message) => message !== undefined);

describe("no loss message is what others write", () => {
  const r = "Nov 22 14:28:43 worker-1";
  const tags = ["user:", "bash[12]:", "sudo:", "rsyslogd2:", "my-rsyslogd:", "xkernel:", ""];
  test.each(tags)("%s", (tag) => {
    for (const message of messages) {
      expect(readLine(`${r} ${tag} ${message}`)).toEqual({ result: "ordinary" });
    }
  });

  test.each([
    `${r} user: rsyslogd: imklog: 12 messages lost due to rate-limiting`,
    `${r} user: x#012${r} rsyslogd: imklog: 12 messages lost due to rate-limiting`,
    `${r} rsyslogd: 12 messages lost due to rate-limiting`,
    `${r} rsyslogd: imklog: many messages lost due to rate-limiting`,
    `${r} systemd-journald[1]: Suppressed many messages from x`,
    `${r} systemd-journald[1]: I Suppressed 3 messages from x`,
    `${r} kernel: usb 1-1: 21 callbacks suppressed`,
    '{"MESSAGE":"Missed 5 kernel messages","SYSLOG_IDENTIFIER":"kernel","_TRANSPORT":"syslog"}',
  ])("%s", (line) => {
    expect(readLine(line)).toEqual({ result: "ordinary" });
  });
});

describe("what a record says of the line before is gone", () => {
  test("whatever the lines", () => {
    const lines = fc.constantFrom(...lossLines.map(([line]) => line), ...ownLines, "x", "{}");
    fc.assert(
      fc.property(lines, lines, (first, second) => {
        const record = new LineRecord();
        for (const line of [first, second]) {
          const bytes = Buffer.from(line);
          netfilterParser.parse(bytes, 0, bytes.length, record);
        }
        const alone = recordOf(second).record;
        expect([record.lost, record.lostBy, record.program]).toEqual([
          alone.lost,
          alone.lostBy,
          alone.program,
        ]);
      }),
    );
  });
});

test.each(ownLines)("denyscope's own: %s", (line) => {
  expect(readLine(line)).toEqual({ result: "own" });
});

test.each([
  "Nov 22 14:28:43 worker-1 denyscope-test: text",
  "Nov 22 14:28:43 worker-1 kubelet: pod denyscope: started",
  "Nov 22 14:28:43 denyscope kubelet: text",
  "Nov 22 14:28:43 denyscope kubelet text",
  "Nov 22 14:28:43 worker-1 denyscope-test text",
  "Nov 22 14:28:43 worker-1 denyscope[8]text",
])("not denyscope's own: %s", (line) => {
  expect(readLine(line)).toEqual({ result: "ordinary" });
});

test.each(repeatLines)("a repeat of the line before: %s", (line) => {
  const { result, record } = recordOf(line);
  expect({ result, repeated: record.repeated }).toEqual({
    result: "repeat-of-previous",
    repeated: 4,
  });
});
