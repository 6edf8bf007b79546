#!/usr/bin/env node
import { compileCacheFolder } from "./config/compile-cache.ts";

// The only file that touches `process`: arguments, signals, streams, exit code. What needs a newer
// Node is imported after the check, so that an old one gets a sentence and not a syntax error.
const NODE_VERSION_MIN = [24, 12];
const FORCED_END_MS = 10_000;

function isTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [wantMajor = 0, wantMinor = 0] = NODE_VERSION_MIN;
  return major < wantMajor || (major === wantMajor && minor < wantMinor);
}

async function main(): Promise<number> {
  const { enableCompileCache } = await import("node:module");
  // A fifth off the time of a short command; where it cannot be written to, nothing happens.
  const cache = compileCacheFolder(process.env, process.getuid?.());
  if (cache !== undefined) enableCompileCache(cache);
  const args = process.argv.slice(2);
  const { StoreWriter } = await import("./store/store-writer.ts");
  // An import has to wait for this thread: it boots while the program is loaded.
  const writer = args[0] === "import" ? StoreWriter.start() : undefined;
  const { run } = await import("./commands/run.ts");
  const { configFileOf, loadSettings } = await import("./config/load.ts");
  const { supervisorOf } = await import("./config/supervisor.ts");
  const { hostname, tmpdir } = await import("node:os");
  const { getSystemErrorMessage } = await import("node:util");
  const stopping = new AbortController();
  const stop = () => {
    stopping.abort();
    // Everything ends by itself; this is for a disk or a peer that never answers.
    setTimeout(() => {
      process.stderr.write(
        `Cannot end within ${FORCED_END_MS} ms: the next start reads again what is not committed\n`,
      );
      process.exit(1);
    }, FORCED_END_MS).unref();
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  // Without it React checks itself at each step: drawing takes twice as long.
  process.env["NODE_ENV"] ??= "production";
  // `denyscope flows | head` is no error.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    process.stderr.write(
      `Cannot write to standard output: ${getSystemErrorMessage(error.errno ?? 0)}\n`,
    );
    process.exit(1);
  });
  // Nobody reads what it says, or its disk is full: what it does goes on, and it says so again.
  process.stderr.on("error", () => {});
  // Without `await using`, which an old Node cannot read.
  try {
    return await run(args, {
      stdin: process.stdin,
      stdout: process.stdout,
      stderr: process.stderr,
      columns: process.stdout.isTTY ? process.stdout.columns : undefined,
      stderrIsTerminal: process.stderr.isTTY,
      stdinIsTerminal: process.stdin.isTTY,
      hasColour: (process.env["NO_COLOR"] ?? "") === "",
      workingFolder: process.cwd(),
      hostname: hostname(),
      temporaryFolder: tmpdir(),
      signal: stopping.signal,
      now: () => Date.now() * 1000,
      startWriter: () => writer ?? StoreWriter.start(),
      settings: (flags, configPath) => loadSettings(flags, process.env, configPath),
      configFile: (configPath) => configFileOf(process.env, configPath),
      onHangUp: (listener) => process.on("SIGHUP", listener),
      supervisor: supervisorOf(process.env, process.pid),
      abandon: () => process.kill(process.pid, "SIGKILL"),
    });
  } finally {
    await writer?.[Symbol.asyncDispose]();
  }
}

if (isTooOld(process.versions.node)) {
  process.stderr.write(
    `Cannot run denyscope on Node ${process.versions.node}: ${NODE_VERSION_MIN.join(".")} or ` +
      "newer is needed; in a checkout, npx denyscope uses the project's own\n",
  );
  process.exitCode = 1;
} else {
  process.exitCode = await main();
}
