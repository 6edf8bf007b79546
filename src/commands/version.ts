import { existsSync, readFileSync } from "node:fs";
import { Command } from "commander";
import type { CommandContext } from "./context.ts";

/** The version of package.json, which lies two folders up in the sources and in dist. */
export function version(): string {
  const url = new URL("../../package.json", import.meta.url);
  if (!existsSync(url)) return "unknown";
  const content = JSON.parse(readFileSync(url, "utf8")) as { version?: string };
  return content.version ?? "unknown";
}

export function versionCommand(context: CommandContext): Command {
  return new Command("version").description("print the version").action(() => {
    context.stdout.write(`${version()}\n`);
  });
}
