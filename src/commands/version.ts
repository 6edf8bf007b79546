import { existsSync, readFileSync } from "node:fs";
import { Command } from "commander";
import type { CommandContext } from "./context.ts";

/** The version of package.json, which lies two folders up in the sources and three up in dist. */
export function version(): string {
  for (const path of ["../../package.json", "../../../package.json"]) {
    const url = new URL(path, import.meta.url);
    if (!existsSync(url)) continue;
    const content = JSON.parse(readFileSync(url, "utf8")) as { name?: string; version?: string };
    if (content.name === "denyscope" && content.version !== undefined) return content.version;
  }
  return "unknown";
}

export function versionCommand(context: CommandContext): Command {
  return new Command("version").description("print the version").action(() => {
    context.stdout.write(`${version()}\n`);
  });
}
