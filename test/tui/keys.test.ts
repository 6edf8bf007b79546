import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import {
  commandOf,
  commonBindings,
  screenBindings,
  type Binding,
} from "../../src/tui/state/keys.ts";
import type { ScreenName } from "../../src/tui/state/state.ts";
import { SeededDatabase } from "../query/seeded-database.ts";
import { KeyedState } from "./keyed-state.ts";

const screens = Object.keys(screenBindings) as ScreenName[];

test.for(screens)("on the %s screen each key does one thing", (screen) => {
  const keys = screenBindings[screen].flatMap((binding) => binding.keys);
  expect(new Set(keys).size).toBe(keys.length);
  for (const { keys: all, command } of screenBindings[screen]) {
    for (const key of all) expect(commandOf(screen, key)).toBe(command);
  }
});

test("docs/tui.md has each key as the help has it", () => {
  const page = readFileSync(new URL("../../docs/tui.md", import.meta.url), "utf8");
  const { overview, flows, flow, events } = screenBindings;
  const missing = [...commonBindings, ...overview, ...flows, ...flow, ...events].filter(
    ({ shown, help }: Binding) => !page.includes(`| \`${shown}\` | ${help} |`),
  );
  expect(missing).toEqual([]);
});

test("? lists each key of the screen that it is asked on, at 80 columns", () => {
  using seeded = new SeededDatabase({});
  for (const [screen, way] of [
    ["overview", []],
    ["flows", ["2"]],
    ["events", ["3"]],
  ] as const) {
    const help = new KeyedState(seeded).press(...way, "?");
    const first = help.text;
    const text = `${first}\n${help.press("end").text}`;
    for (const { shown } of [...screenBindings[screen], ...commonBindings]) {
      expect(text).toContain(`  ${shown} `);
    }
  }
});
