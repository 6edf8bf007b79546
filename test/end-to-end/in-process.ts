import { createRequire } from "node:module";
import { hostname, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { text } from "node:stream/consumers";
import type { run } from "../../src/commands/run.ts";
import type { configFileOf, loadSettings } from "../../src/config/load.ts";
import type { StoreWriter } from "../../src/store/store-writer.ts";
import { type Ended, program, programEnvironment } from "./built-program.ts";

const built = dirname(program);
const require = createRequire(import.meta.url);

/**
 * Runs a command of the built program to its end, without a process of its own: to start one takes
 * longer than most commands do. What main.ts does is done here instead.
 */
export async function runInProcess(
  args: readonly string[],
  input: string | Uint8Array,
): Promise<Ended> {
  // Loaded as users get it, not from its sources.
  const commands = require(join(built, "run.js")) as { readonly run: typeof run };
  const config = require(join(built, "load.js")) as {
    readonly loadSettings: typeof loadSettings;
    readonly configFileOf: typeof configFileOf;
  };
  const store = require(join(built, "store-writer.js")) as {
    readonly StoreWriter: typeof StoreWriter;
  };
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const shown = Promise.all([text(stdout), text(stderr)]);
  const status = await commands.run(args, {
    stdin: Readable.from(input.length === 0 ? [] : [Buffer.from(input)]),
    stdout,
    stderr,
    columns: undefined,
    stderrIsTerminal: false,
    stdinIsTerminal: false,
    hasColour: true,
    workingFolder: process.cwd(),
    hostname: hostname(),
    temporaryFolder: tmpdir(),
    signal: new AbortController().signal,
    now: () => Date.now() * 1000,
    startWriter: () => store.StoreWriter.start(),
    settings: (flags, path) => config.loadSettings(flags, programEnvironment, path),
    configFile: (path) => config.configFileOf(programEnvironment, path),
    onHangUp: () => undefined,
    supervisor: undefined,
    abandon: () => undefined,
  });
  stdout.end();
  stderr.end();
  const [out, error] = await shown;
  return { status, stdout: out, stderr: error };
}
