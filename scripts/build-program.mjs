// Bundles the program to dist/program: main.js, its threads, and what they share. With a file for
// each module every start would look up and read two hundred of them.
import { chmodSync, readdirSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, "dist", "program");
/** What has a file of that name, beside all others: by it threads and processes are started. */
const entries = [
  "src/main.ts",
  // What main.ts loads: tests run it without a process of its own.
  "src/commands/run.ts",
  "src/config/load.ts",
  "src/store/store-writer.ts",
  "src/pipeline/forwarding/forward-thread.ts",
  "src/store/backup-thread.ts",
  "src/store/writer-thread.ts",
  "src/tui/queries/query-thread.ts",
  "src/tui/queries/sql-process.ts",
];

const bundle = await rolldown({
  cwd: root,
  input: Object.fromEntries(entries.map((path) => [basename(path, ".ts"), path])),
  platform: "node",
  tsconfig: true,
  // Packages stay what they are: some have binaries.
  external: /^[^./]/,
});
const { output } = await bundle.write({
  dir: folder,
  format: "esm",
  entryFileNames: "[name].js",
  chunkFileNames: "[name]-[hash].js",
});
await bundle.close();
const written = new Set(output.map(({ fileName }) => fileName));
for (const name of readdirSync(folder)) {
  if (!written.has(name)) rmSync(join(folder, name));
}
chmodSync(join(folder, "main.js"), 0o755);
