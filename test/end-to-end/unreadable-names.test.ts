import { expect, test } from "vitest";
import { logged } from "./follow-up-lines.ts";
import { Place } from "./import-place.ts";
import { flowsOf, statusOf } from "./queries.ts";

test.each([
  ["prefixes", (byte: string) => logged({ prefix: `calico-packet ${byte}: ` })],
  ["interfaces", (byte: string) => logged({ prefix: "calico-packet: ", in: byte })],
  ["nodes", (byte: string) => logged({ prefix: "calico-packet: " }).replace("worker-1", byte)],
])("%s of bytes that are no text count as one, and stop nothing", async (_, line) => {
  using place = new Place();
  const lines = [line("\xff"), line("\xfe"), line("\xff"), line("x")].join("");
  const { status } = await place.import(place.write("log", Buffer.from(lines, "latin1")));
  expect(status).toBe(0);
  const { flows } = await flowsOf(place.path("db"));
  expect(flows.map(({ packets }) => packets)).toEqual([3, 1]);
  expect((await statusOf(place.path("db"))).conservation).toMatchObject({
    lines: { read: 4, denials: 4, holds: true },
    packets: { logged: 4, kept: 4, holds: true },
  });
});
