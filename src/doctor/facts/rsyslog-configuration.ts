import { basename, dirname } from "node:path";
import { matchesGlob } from "../../model/verdict.ts";
import type { Machine } from "../machine.ts";

/** Files that include one another in a circle end somewhere. */
const FILES_MAX = 200;

/** What rsyslog was told, all files that it includes in one, without comments. */
export type RsyslogConfiguration = {
  readonly path: string;
  readonly files: number;
  readonly text: string;
  /** Modules that it loads, such as imklog. */
  readonly modules: ReadonlySet<string>;
};

/** Undefined where it cannot be read, or not all of it. */
export function readRsyslogConfiguration(
  machine: Machine,
  path: string,
): RsyslogConfiguration | undefined {
  const reading = { machine, files: 0 };
  const text = textOf(reading, path);
  if (text === undefined) return undefined;
  const loaded = text.matchAll(/module\s*\(\s*load="([^"]+)"|^\s*\$ModLoad\s+(\S+)/gim);
  const modules = new Set([...loaded].map(([, name, old = ""]) => basename(name ?? old, ".so")));
  return { path, files: reading.files, text, modules };
}

type Reading = { readonly machine: Machine; files: number };

function textOf(reading: Reading, path: string): string | undefined {
  const seen = reading.machine.read(path);
  if (seen.state !== "read" || ++reading.files > FILES_MAX) return undefined;
  const lines = seen.text.replaceAll("\\\n", " ").split("\n").map(withoutComment);
  const parts = lines.flatMap((line) => {
    const included = includedBy(line);
    if (included === undefined) return [line];
    return filesOf(reading.machine, included).map((file) => textOf(reading, file));
  });
  return parts.includes(undefined) ? undefined : parts.join("\n");
}

/** `$IncludeConfig /etc/rsyslog.d/*.conf`, `include(file="/etc/rsyslog.d/*.conf")` */
function includedBy(line: string): string | undefined {
  const [, old, named] =
    /^\s*\$IncludeConfig\s+(\S+)|\binclude\s*\(\s*file="([^"]+)"/i.exec(line) ?? [];
  return old ?? named;
}

function filesOf(machine: Machine, pattern: string): readonly string[] {
  const folder = pattern.endsWith("/") ? pattern.slice(0, -1) : dirname(pattern);
  const names = pattern.endsWith("/") ? "*" : basename(pattern);
  return machine
    .list(folder)
    .filter((name) => matchesGlob(name, names))
    .map((name) => `${folder}/${name}`);
}

function withoutComment(line: string): string {
  const [text = ""] = /^(?:[^#"']|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|["'])*/.exec(line) ?? [];
  return text;
}
