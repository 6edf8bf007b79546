import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../", import.meta.url));
const listed = execFileSync(
  "git",
  ["ls-files", "--cached", "--others", "--exclude-standard", "-z"],
  { cwd: root, encoding: "utf8" },
);
const files = listed.split("\0").filter((file) => file !== "" && existsSync(join(root, file)));
const sources = files.filter((file) => /^(src|parsers)\/.*(?<!\.d)\.tsx?$/.test(file));
const code = files.filter((file) => /\.(ts|tsx|mjs)$/.test(file));
const read = (file: string) => readFileSync(join(root, file), "utf8");

/** Imports point to lower levels or to the own folder, never up or sideways. */
const levels: readonly (readonly string[])[] = [
  ["src/model"],
  ["parsers", "src/follow", "src/aggregate", "src/identify", "src/store", "src/forward"],
  ["src/telemetry", "src/config", "src/query", "src/policy"],
  ["src/tui"],
  ["src/pipeline.ts", "src/pipeline"],
  ["src/doctor"],
  ["src/commands"],
  ["src/main.ts"],
];
/** The exceptions within a level. */
const withinLevel: Readonly<Record<string, readonly string[]>> = {
  "src/pipeline": ["src/pipeline.ts"],
  "src/pipeline.ts": ["src/pipeline"],
  "src/telemetry": ["src/config"],
};

function unitOf(file: string): string {
  return levels.flat().find((unit) => file === unit || file.startsWith(`${unit}/`)) ?? "?";
}

function levelOf(unit: string): number {
  return levels.findIndex((units) => units.includes(unit));
}

function importsOf(file: string): { line: number; target: string }[] {
  return read(file)
    .split("\n")
    .flatMap((text, index) => {
      const path = /(?:from|import\()\s*"(\.[^"]+)"/.exec(text)?.[1];
      if (path === undefined) return [];
      // AssemblyScript leaves the ending out.
      const target = normalize(join(dirname(file), /\.tsx?$/.test(path) ? path : `${path}.ts`));
      return [{ line: index + 1, target }];
    });
}

test("imports point one way: no stage imports another, nothing imports upward", () => {
  const wrong = sources.flatMap((file) => {
    const from = unitOf(file);
    return importsOf(file).flatMap(({ line, target }) => {
      const to = unitOf(target);
      const isAllowed =
        from === to || levelOf(to) < levelOf(from) || withinLevel[from]?.includes(to) === true;
      return isAllowed ? [] : [`${file}:${line} imports ${to}`];
    });
  });
  expect(wrong).toEqual([]);
});

test("every source belongs to a folder of the architecture", () => {
  expect(sources.filter((file) => unitOf(file) === "?")).toEqual([]);
});

test("only the pipeline knows two stages", () => {
  const stages = levels[1]!;
  const wrong = sources.filter((file) => {
    if (["src/pipeline.ts", "src/pipeline"].includes(unitOf(file))) return false;
    const known = importsOf(file).map(({ target }) => unitOf(target));
    return new Set(known.filter((unit) => stages.includes(unit) && unit !== unitOf(file))).size > 1;
  });
  expect(wrong).toEqual([]);
});

test("nothing but main.ts and config reads process, and nothing but main.ts the arguments", () => {
  const allowed = ["src/main.ts", "src/config/load.ts"];
  const wrong = sources.filter(
    (file) =>
      !allowed.includes(file) && /\bprocess\.(env|argv|exit\b|stdout|stdin)/.test(read(file)),
  );
  expect(wrong).toEqual([]);
});

test("every source is imported by somebody", () => {
  const entries = [
    "src/main.ts",
    "src/store/writer-thread.ts",
    "src/store/backup-thread.ts",
    "src/tui/queries/query-thread.ts",
    "src/tui/queries/sql-process.ts",
    "src/pipeline/forwarding/forward-thread.ts",
    // scripts/build-engine.mjs names these.
    "src/pipeline/wasm/engine.ts",
    "src/pipeline/wasm/portable-math.ts",
    "src/pipeline/wasm/touch.ts",
    "src/pipeline/wasm/untouched.ts",
    "src/pipeline/wasm/word-hash.ts",
  ];
  const imported = new Set(sources.flatMap((file) => importsOf(file).map(({ target }) => target)));
  expect(sources.filter((file) => !imported.has(file) && !entries.includes(file))).toEqual([]);
});

test("an agent never loads what draws on a terminal: ink and React", () => {
  const seen = new Set<string>();
  const waiting = ["src/main.ts", "src/commands/agent.ts", "src/store/writer-thread.ts"];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (seen.has(file) || !sources.includes(file)) continue;
    seen.add(file);
    // The verb of the terminal UI is asked for by name, and loads the rest itself.
    const all = importsOf(file).map(({ target }) => target);
    waiting.push(...all.filter((target) => unitOf(target) !== "src/tui"));
    if (file !== "src/commands/tui-sources.ts" && file !== "src/commands/output/tui-progress.ts") {
      expect(all.filter((target) => unitOf(target) === "src/tui")).toEqual([]);
      expect(read(file)).not.toMatch(/from "(ink|react)"/);
    }
  }
  expect(seen.size).toBeGreaterThan(100);
});

test("lines of code are at most 100 columns wide", () => {
  const wide = code.flatMap((file) =>
    read(file)
      .split("\n")
      .flatMap((text, index) => (text.length > 100 ? [`${file}:${index + 1}`] : [])),
  );
  expect(wide).toEqual([]);
});

test("reminders are written @TODO, so that they can be found", () => {
  const reminder = new RegExp(`(?<!@)\\b(${["TO", "DO"].join("")}|FIX${"ME"})\\b`);
  expect(code.filter((file) => reminder.test(read(file)))).toEqual([]);
});

test("every sample has the records expected of it", () => {
  const logs = files.filter((file) => /^samples\/.*\.log$/.test(file));
  expect(logs.length).toBeGreaterThan(0);
  // samples/golden/NAME.HEADER.log has the packets of samples/NAME.log, behind another header.
  const recordsOf = (log: string) =>
    log.replace(/golden\/([^.]+)\.[^.]+\.log$/, "$1.log").replace(/\.log$/, ".jsonl");
  expect(logs.filter((log) => !files.includes(recordsOf(log)))).toEqual([]);
});

test("the runtime packages are the reviewed ones, and none runs code at install", () => {
  type Lock = { packages: Record<string, { dev?: boolean; hasInstallScript?: boolean }> };
  const lock = JSON.parse(read("package-lock.json")) as Lock;
  const runtime = Object.entries(lock.packages).filter(
    ([path, { dev }]) => path !== "" && dev !== true,
  );
  const names = runtime.map(([path]) => path.replace(/^.*node_modules\//, "")).toSorted();
  const reviewed = read("docs/runtime-packages.txt").trim().split("\n");
  expect([...new Set(names)]).toEqual(reviewed);
  const scripted = runtime.filter(([, { hasInstallScript }]) => hasInstallScript === true);
  expect(scripted.map(([path]) => path)).toEqual([]);
});

test("after the setup no script runs the node that the shell found before it", () => {
  // The shell remembers where its first `node` was: in a fresh clone that is the system's.
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  const remembered = Object.values(scripts).filter((line) =>
    /setup\.mjs &&(.*&&)? node /.test(line),
  );
  expect(remembered).toEqual([]);
});

test("the lock file names no registry", () => {
  expect(read("package-lock.json")).not.toMatch(/"resolved"/);
});
