// Compiles the counting engine, src/pipeline/wasm/engine.ts with what it imports, to
// dist/engine.wasm.
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const output = join(root, "dist", "engine.wasm");
/** 1 GiB of addresses: memory is taken when it is written to, and the arrays in it never move. */
const MEMORY_PAGES = 16_384;

/** Portable files that have a faster twin for the engine. */
const twins = new Map([
  ["src/aggregate/word-hash.ts", "src/pipeline/wasm/word-hash.ts"],
  ["src/model/touch.ts", "src/pipeline/wasm/touch.ts"],
  ["src/model/untouched.ts", "src/pipeline/wasm/untouched.ts"],
]);

function readFile(name, baseDir) {
  try {
    return readFileSync(join(baseDir, twins.get(name) ?? name), "utf8");
  } catch {
    // It looks for a file in several places.
    return null;
  }
}

/** Folders that the engine is made of. */
const sources = ["parsers/wasm", "src/pipeline/wasm", "src/aggregate", "src/model"];

function isUpToDate() {
  if (!existsSync(output)) return false;
  const builtAt = statSync(output).mtimeMs;
  const files = sources.flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => join(root, folder, name)),
  );
  return [...files, fileURLToPath(import.meta.url)].every(
    (file) => statSync(file).mtimeMs < builtAt,
  );
}

if (!isUpToDate()) {
  const { createMemoryStream, main } = await import("assemblyscript/asc");
  // It has much to say of the `!` that TypeScript wants, so it is heard only when it fails.
  const stderr = createMemoryStream();
  mkdirSync(dirname(output), { recursive: true });
  const { error } = await main(
    [
      "src/pipeline/wasm/engine.ts",
      "src/pipeline/wasm/portable-math.ts",
      `--baseDir=${root}`,
      `--outFile=${output}`,
      "-O3",
      "--enable=simd",
      // Tables that were replaced by larger ones are freed when the program says so.
      "--runtime=minimal",
      "--exportRuntime",
      // Offsets are checked where they are made: a check for each access costs a tenth of the time.
      "--uncheckedBehavior=always",
      "--use=Math=PortableMath",
      `--initialMemory=${MEMORY_PAGES}`,
      `--maximumMemory=${MEMORY_PAGES}`,
    ],
    { stdout: stderr, stderr, readFile },
  );
  if (error) {
    const reason = `${error.message}\n${stderr.toString()}`;
    process.stderr.write(`Cannot build the counting engine: ${reason}`);
    process.exitCode = 1;
  }
}
