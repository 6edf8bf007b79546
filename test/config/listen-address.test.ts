import { expect, test } from "vitest";
import { parseListen } from "../../src/config/listen-address.ts";

test.each([
  ["127.0.0.1:9464", { host: "127.0.0.1", port: 9464 }],
  ["0.0.0.0:0", { host: "0.0.0.0", port: 0 }],
  ["[::1]:65535", { host: "::1", port: 65_535 }],
  ["localhost:80", { host: "localhost", port: 80 }],
  ["none", "none"],
] as const)("parseListen() reads %s", (text, expected) => {
  expect(parseListen(text)).toEqual(expected);
});

test.each([
  "",
  "9464",
  ":9464",
  "127.0.0.1",
  "127.0.0.1:",
  "127.0.0.1:65536",
  "127.0.0.1:-1",
  "::1:9464",
  "[::1]",
  "host name:80",
  "http://localhost:80",
  "localhost:80/metrics",
])("parseListen() refuses %j", (text) => {
  expect(parseListen(text)).toBeUndefined();
});
