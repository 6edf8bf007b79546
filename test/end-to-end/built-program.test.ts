import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { program, programEnvironment } from "./built-program.ts";

test("what was built runs as a program, as npx runs it", () => {
  const said = execFileSync(program, ["--version"], { env: programEnvironment, encoding: "utf8" });
  expect(said).toMatch(/^\d+\.\d+\.\d+\n$/);
});
