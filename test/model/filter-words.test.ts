import { describe, expect, test } from "vitest";
import { parseTerm } from "../../src/model/filter-term.ts";
import { parseFilter } from "../../src/model/filter-words.ts";

describe("parseFilter() reads what a command line would", () => {
  const port = parseTerm("to-port", "5432", false);
  const notIcmp = parseTerm("protocol", "icmp", true);
  test.for([
    ["", []],
    ["--to-port 5432", [port]],
    ["  --to-port=5432\t", [port]],
    ["--to-port 5432 --not --protocol icmp", [port, notIcmp]],
    ["--not --protocol icmp --to-port 5432", [notIcmp, port]],
    [`--prefix "calico packet: "`, [parseTerm("prefix", "calico packet: ", false)]],
    ["to-port 5432 not protocol icmp", [port, notIcmp]],
    ["!protocol=icmp", [notIcmp]],
    ["--not --not --to-port 5432", [port]],
    ["--policy 'a b'", [parseTerm("policy", "a b", false)]],
  ] as const)("%j", ([text, terms]) => {
    expect(parseFilter(text)).toEqual(terms);
  });
});

describe("parseFilter() says what it expected", () => {
  test.for([
    ["--to-prt 1", 'Cannot filter by "--to-prt": expected from-ip, '],
    ["port 1", 'Cannot filter by "port": expected to-port or not'],
    ["--to-port", 'Cannot filter by "--to-port": expected a value behind it'],
    ["--to-port x", 'Cannot filter by --to-port "x": expected a port from 0 to 65535'],
    ["--not", "Cannot negate nothing: expected a filter behind not"],
  ] as const)("%j", ([text, message]) => {
    expect(() => parseFilter(text)).toThrow(message);
  });
});
