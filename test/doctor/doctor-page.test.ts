import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { troubleNames } from "../../src/doctor/finding.ts";

const page = readFileSync(new URL("../../docs/doctor.md", import.meta.url), "utf8");
const folder = new URL("../../src/doctor/checks/", import.meta.url);
const sources = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), "utf8"));

test("docs/doctor.md has a row for each finding, in the order of the source", () => {
  const rows = [...page.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, name]) => name);
  expect(rows).toEqual([...troubleNames]);
});

test("each finding is found by some check", () => {
  const unused = troubleNames.filter((name) => !sources.some((text) => text.includes(`"${name}"`)));
  expect(unused).toEqual([]);
});
