import { describe, expect, test } from "vitest";
import { facilities, type Facility } from "../../../src/forward/message/facility.ts";
import { noticeKinds } from "../../../src/model/outgoing.ts";
import { event, flow, notice } from "./examples.ts";
import { formatted } from "./formatted.ts";
import { parseStrictly } from "./strict-rfc5424.ts";

const LOCAL0 = 16 * 8;

describe("Rfc5424Header", () => {
  test.each([
    ["a denial", event, LOCAL0 + 5, "denial"],
    ["a flow", flow, LOCAL0 + 5, "flow"],
    ...noticeKinds.map(
      (kind) =>
        [
          `a notice: ${kind}`,
          { ...notice, notice: kind },
          LOCAL0 + (kind === "start" || kind === "stop" ? 6 : 4),
          "notice",
        ] as const,
    ),
  ] as const)("has priority and MSGID of %s", (_, outgoing, priority, msgId) => {
    expect(parseStrictly(formatted(outgoing).bytes)).toMatchObject({
      priority,
      msgId,
      appName: "denyscope",
      procId: "-",
    });
  });

  test.each(Object.keys(facilities) as Facility[])("has the facility %s", (facility) => {
    const { priority } = parseStrictly(formatted(event, { facility }).bytes);
    expect(priority).toBe(facilities[facility] * 8 + 5);
  });

  test.each([
    ["worker-1", "worker-1"],
    ["", "-"],
    ["ip-10-0-0-1.eu-west-1.compute.internal", "ip-10-0-0-1.eu-west-1.compute.internal"],
    ["fe80::1", "fe80__1"],
    ["kernel:", "kernel"],
    ["a b\n<c>", "a_b__c"],
    [" :", "-"],
    ["Köln", "K_ln"],
    ["n".repeat(300), "n".repeat(255)],
  ])("has the node %j as host", (node, hostname) => {
    expect(parseStrictly(formatted({ ...event, node }).bytes).hostname).toBe(hostname);
  });

  test.each([-1, Number.NaN, 2 ** 60])("has no time where there is none: %s", (time) => {
    expect(parseStrictly(formatted({ ...event, time }).bytes).timestamp).toBe("-");
  });

  test("has the elements of the settings behind its own, escaped", () => {
    const { bytes } = formatted(event, {
      enterprise: 4711,
      elements: [
        {
          id: "logdna@48950",
          params: [
            ["key", 'a"b]\\'],
            ["tags", "one,two"],
          ],
        },
        { id: "origin", params: [["ip", "10.0.0.1"]] },
      ],
    });
    const { elements } = parseStrictly(bytes);
    expect(elements.map(({ id }) => id)).toEqual([
      "denyscope@4711",
      "meta",
      "logdna@48950",
      "origin",
    ]);
    expect(elements[2]!.params).toEqual([
      ["key", 'a"b]\\'],
      ["tags", "one,two"],
    ]);
  });
});
