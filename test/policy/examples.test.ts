import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { policyText } from "../../src/commands/output/policy-text.ts";
import { turnOnLog } from "../../src/policy/turn-on-log.ts";
import { assertApplicable } from "./assert-applicable.ts";
import { policiesIn } from "./policies-in.ts";

const folder = fileURLToPath(new URL("examples/", import.meta.url));
const given = readdirSync(folder).filter((file) => /\.given\.(yaml|json)$/.test(file));
const nameOf = (file: string) => file.replace(/\.given\..*$/, "");
const turnedOn = (file: string) => turnOnLog(policiesIn(readFileSync(folder + file, "utf8")));

test("there are the recipe and more than thirty others", () => {
  expect(given).toContain("recipe.given.yaml");
  expect(given.length).toBeGreaterThan(31);
});

test.for(given)("%s has the Log policies and the words that are expected", async (file) => {
  const { manifests, said } = turnedOn(file);
  const text = policyText(manifests, "yaml");

  await expect(text).toMatchFileSnapshot(`${folder}${nameOf(file)}.log.yaml`);
  const lines = said.map((line) => `${line}\n`).join("");
  await expect(lines).toMatchFileSnapshot(`${folder}${nameOf(file)}.said.txt`);
  const read = parseAllDocuments(text, { version: "1.1" }).map((each): unknown => each.toJS());
  expect(read).toEqual(manifests);
  for (const each of read) assertApplicable(each);
  expect(JSON.parse(policyText(manifests, "json"))).toEqual(manifests);
  expect(turnOnLog(policiesIn(text)).manifests, "what is printed needs none itself").toEqual([]);
});

test("the page about policies has each warning, and no other", () => {
  const page = readFileSync(new URL("../../docs/policies.md", import.meta.url), "utf8");
  const table = page.slice(page.indexOf("| warning |"), page.indexOf("Ingress and Egress of one"));
  const patterns = [...table.matchAll(/^\| (`.*?`) \|/gm)].flatMap(([, cell]) =>
    [...cell!.matchAll(/`(.*?)`/g)].map(([, text]) => new RegExp(text!.replaceAll("...", ".*"))),
  );
  const warnings = given
    .flatMap((file) => turnedOn(file).said)
    .filter((line) => line.startsWith("Warning: "));
  const isTold = (warning: string) => patterns.some((pattern) => pattern.test(warning));
  expect(warnings.filter((warning) => !isTold(warning))).toEqual([]);
  const isGiven = (pattern: RegExp) => warnings.some((warning) => pattern.test(warning));
  expect(patterns.filter((pattern) => !isGiven(pattern))).toEqual([]);
  expect(patterns.length).toBeGreaterThan(9);
});
