import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { messageFormats } from "../../../src/forward/message/message-settings.ts";
import { event, examples, flow } from "./examples.ts";
import { expectedFields } from "./expected-fields.ts";
import { formatted } from "./formatted.ts";

const page = readFileSync(new URL("../../../docs/messages.md", import.meta.url), "utf8");
const shown = page.split("\n").filter((line) => /^<\d+>/.test(line));
const written = messageFormats.flatMap((format) =>
  Object.values(examples).map((record) => formatted(record, { format }).text),
);

test("docs/messages.md shows messages as they are written, a denial in each format", () => {
  expect(shown.filter((line) => !written.includes(line))).toEqual([]);
  const denials = messageFormats.map((format) => formatted(event, { format }).text);
  expect(denials.filter((line) => !shown.includes(line))).toEqual([]);
});

test("docs/messages.md has every field", () => {
  const names = Object.values(examples).flatMap((record) => Object.keys(expectedFields(record)));
  const named = new Set(page.match(/\b\w+\b/g));
  const flat = /^(src|dst)(Namespace|Pod|Workload|Node|Network)$/;
  const own = names.filter((name) => !flat.test(name) && !["reason", "path"].includes(name));
  expect(own.filter((name) => !named.has(name))).toEqual([]);
});

test("what docs/messages.md has for files drops duplicates, and nothing else", () => {
  const program = /awk (-F \S+) ('[^']+') denials\.log/.exec(page);
  const [, separator, script] = program!;
  const lines = [event, flow, event, examples.notice, flow, { ...event, id: "other" }];
  const input = lines.map((record) => `${formatted(record).text}\n`).join("");
  const kept = execFileSync("sh", ["-c", `awk ${separator} ${script}`], { input });
  expect(kept.toString().split("\n").slice(0, -1)).toEqual(
    [event, flow, examples.notice, { ...event, id: "other" }].map(
      (record) => formatted(record).text,
    ),
  );
});
