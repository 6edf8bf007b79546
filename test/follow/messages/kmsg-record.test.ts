import { describe, expect, test } from "vitest";
import { readKmsgRecord } from "../../../src/follow/messages/kmsg-record.ts";

describe("readKmsgRecord()", () => {
  test.each([
    ["5,1234,5678,-;text\n", ["kernel", 1234, 5678, "text"]],
    [
      "7,160,424069,-;pci: a;b\n SUBSYSTEM=acpi\n DEVICE=+acpi:PNP0A03:00\n",
      ["kernel", 160, 424_069, "pci: a;b"],
    ],
    ["6,1,2,-,caller=T123;with a caller\n", ["kernel", 1, 2, "with a caller"]],
    ["12,3,4,-;of a process\n", ["process", 3, 4, "of a process"]],
    [
      "6,1,2,-;\\x0a\\xc3\\xa4 \\x5cx0a \\xzz \\x4\n",
      ["kernel", 1, 2, "\n\u00c3\u00a4 \\x0a \\xzz \\x4"],
    ],
    ["6,1,2,-;\n", ["kernel", 1, 2, ""]],
  ])("%j", (bytes, expected) => {
    const record = readKmsgRecord(Buffer.from(bytes, "latin1"))!;
    const { writer, sequence, uptime, text } = record;
    expect([writer, sequence, uptime, Buffer.from(text).toString("latin1")]).toEqual(expected);
  });

  test.each(["", "no record", "6,1;x", "a,b,c,-;x", "6,1,-2,-;x"])("%j is none", (bytes) => {
    expect(readKmsgRecord(Buffer.from(bytes))).toBeUndefined();
  });
});
