import { describe, expect, test } from "vitest";
import { parseDestinations } from "../../src/config/destinations.ts";
import type { Destination } from "../../src/forward/destination.ts";

const resolve = (reference: string) => `resolved ${reference}`;
const parse = (...list: readonly unknown[]) => parseDestinations(list, resolve);
const one = (item: unknown): Destination => parse(item)[0]!;

describe("parseDestinations() reads where a destination is", () => {
  test.for([
    ["udp://10.0.0.5", "udp", { host: "10.0.0.5", port: 514 }],
    ["tcp://logs.example:601", "tcp", { host: "logs.example", port: 601 }],
    ["tls://logs.example", "tls", { host: "logs.example", port: 6514 }],
    ["TLS://logs.example/", "tls", { host: "logs.example", port: 6514 }],
    ["relp://[2001:db8::1]:2514", "relp", { host: "2001:db8::1", port: 2514 }],
    ["relp+tls://siem:20514", "relp+tls", { host: "siem", port: 20_514 }],
    ["unix:/run/log.sock", "unix", { path: "/run/log.sock" }],
    ["unix:///run/log.sock", "unix", { path: "/run/log.sock" }],
  ] as const)("%s", ([url, transport, place]) => {
    expect(one(url)).toMatchObject({ url, transport: { transport, place } });
  });
});

describe("parseDestinations() reads options from parameters and from a file alike", () => {
  test.for<[string, Record<string, unknown>, object]>([
    ["format=json", { format: "json" }, { message: { format: "json" } }],
    ["send=both", { send: "both" }, { sends: { events: true, flows: true, notices: true } }],
    ["send=flows", { send: "flows" }, { sends: { events: false, flows: true } }],
    ["notices=no", { notices: false }, { sends: { notices: false } }],
    ["names=no", { names: "no" }, { message: { names: false } }],
    ["enterprise=48950", { enterprise: 48_950 }, { message: { enterprise: 48_950 } }],
    ["messageBytesMax=480", { messageBytesMax: 480 }, { message: { messageBytesMax: 480 } }],
    ["facility=local3", { facility: "local3" }, { message: { facility: "local3" } }],
    ["framing=lf", { framing: "lf" }, { transport: { framing: "lf" } }],
    ["window=16", { window: 16 }, { transport: { window: 16 } }],
    ["resendBytes=8MiB", { resendBytes: "8MiB" }, { transport: { resendBytes: 8_388_608 } }],
    ["ca=/ca.pem", { ca: "/ca.pem" }, { transport: { tls: { ca: "resolved file:/ca.pem" } } }],
    ["serverName=a.b", { serverName: "a.b" }, { transport: { tls: { serverName: "a.b" } } }],
    ["verify=none", { verify: "none" }, { transport: { tls: { verify: "none" } } }],
    ["name=siem", { name: "siem" }, { name: "siem" }],
    [
      "filter=--to-port%205432",
      { filter: "--to-port 5432" },
      { filter: [{ name: "to-port", port: 5432, isNegated: false }] },
    ],
    [
      "element=x%401%20a%3D1&element=y%402%20b%3D2",
      { element: ["x@1 a=1", '[y@2 b="2"]'] },
      {
        message: {
          elements: [
            { id: "x@1", params: [["a", "1"]] },
            { id: "y@2", params: [["b", "2"]] },
          ],
        },
      },
    ],
  ])("%s", ([parameters, options, expected]) => {
    const url = "tls://logs.example";
    expect(one(`${url}?${parameters}`)).toMatchObject({ url, ...expected });
    expect(one({ url, ...options })).toMatchObject({ url, ...expected });
  });

  test("several fingerprints are alternatives", () => {
    const digits = (digit: string) => digit.repeat(64);
    const { transport } = one({
      url: "tls://logs.example",
      fingerprint: [digits("a"), `SHA256:${digits("b")}`],
    });
    const pair = (digit: string) => `SHA256:${Array(32).fill(digit.repeat(2)).join(":")}`;
    expect(transport.tls.verify).toEqual({ fingerprints: [pair("A"), pair("B")] });
  });

  test("without options, events are sent as RFC 5424 under a name made of the URL", () => {
    expect(one("tcp://logs.example")).toMatchObject({
      name: "tcp://logs.example:514",
      sends: { events: true, flows: false, notices: true },
      message: { format: "rfc5424", elements: [], messageBytesMax: 2048 },
      transport: { framing: "octet", window: 1024 },
      filter: [],
    });
  });
});

describe("secrets", () => {
  const key = "logdna@48950 key=env:LOGDNA_KEY tags=a,b";

  test("come from the environment or a file, and are not shown", () => {
    const { message, written } = one({ url: "tls://logs.example", element: [key, "x@1 key=abc"] });
    expect(message.elements).toEqual([
      {
        id: "logdna@48950",
        params: [
          ["key", "resolved env:LOGDNA_KEY"],
          ["tags", "a,b"],
        ],
      },
      { id: "x@1", params: [["key", "abc"]] },
    ]);
    expect(written["element"]).toEqual([key, "x@1 key=(secret)"]);
  });

  test.for(["tcp://logs.example", "udp://logs.example", "relp://logs.example:2514"])(
    "are not sent in clear over %s, unless somebody says so",
    (url) => {
      expect(() => one({ url, element: key })).toThrow(
        `Cannot use destination "${url}": "key" of logdna@48950 would be sent in clear text: ` +
          'expected tls:// or relp+tls://, or "secretsInClear: yes" if everybody on the way may ' +
          "read it",
      );
      expect(one({ url, element: key, secretsInClear: "yes" }).url).toBe(url);
    },
  );
});

describe("parseDestinations() says what it expected", () => {
  test.for<[unknown, string]>([
    ["tpc://x", 'Cannot use destination "tpc://x": expected udp://, tcp://, tls://, relp://, '],
    ["tcp://", 'Cannot use destination "tcp://": expected a host and a port, such as '],
    ["relp://siem", 'Cannot use destination "relp://siem": expected a port, such as relp://siem:'],
    ["tcp://x:0", 'Cannot use destination "tcp://x:0": port 0: expected one from 1 to 65535'],
    ["tcp://x:99999", "port 99999: expected one from 1 to 65535"],
    ["tcp://user@x", "expected a host and a port"],
    ["unix:log.sock", "expected the path of a socket, such as unix:/run/collector.sock"],
    ["tcp://x?formt=json", 'unknown option "formt"; did you mean "format"?'],
    ["tcp://x?zzzzzz=1", 'unknown option "zzzzzz"; expected one of name, send, notices, '],
    ["tcp://x?format=xml", 'format "xml": expected one of rfc5424, rfc3164, json, cef, raw'],
    ["tcp://x?window=0", 'window "0": expected a whole number from 1 to 10000'],
    ["tcp://x?messageBytesMax=9000", 'messageBytesMax "9000": expected a whole number from 480'],
    ["tcp://x?resendBytes=8MB", 'resendBytes "8MB": expected a size such as 8MiB'],
    ["tcp://x?fingerprint=abc", 'fingerprint "abc": expected the SHA-256 of a certificate'],
    ["tcp://x?element=logdna", 'element "logdna ...": expected an identifier and values, such as'],
    ["tcp://x?filter=--to-prt", 'filter "--to-prt": Cannot filter by "--to-prt": expected'],
    ["tcp://x?name=a%20b", 'name "a b": expected at most 64 letters, digits and . : @ / _ -'],
    [17, 'Cannot use 17 as a destination: expected a URL, or "url" and options'],
    [{ uri: "tcp://x" }, 'expected a URL, or "url" and options'],
  ])("%j", ([item, message]) => {
    expect(() => one(item)).toThrow(message);
  });

  test("two of one name", () => {
    expect(() => parse("tcp://x", "tcp://x?format=json")).toThrow(
      'Cannot use two destinations with the name "tcp://x:514": expected another "name" for one',
    );
  });

  test("no list", () => {
    expect(() => parseDestinations("tcp://x", resolve)).toThrow(
      'Cannot use "forward": expected a list of URLs, or of "url" and options',
    );
  });
});
