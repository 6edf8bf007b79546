import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Certificate } from "./certificate-authority.ts";
import { freePort } from "./free-port.ts";
import { ServerProcess } from "./server-process.ts";

/** Where .ci/fetch-syslog-ng unpacks it: Debian does not install it beside rsyslog. */
const root = "/opt/denyscope-test/syslog-ng";
const program = join(root, "usr/sbin/syslog-ng");

export function syslogNgMissing(): string | undefined {
  if (existsSync(program)) return undefined;
  return `syslog-ng is not in ${root}: run .ci/fetch-syslog-ng ${root}`;
}

/**
 * Its sources: `syslog()` takes octet-counted RFC 5424, `network()` lines, `unix-stream()` lines
 * over a socket of this machine; lines are RFC 5424 too, but for `network rfc3164`.
 */
export type SyslogNgSource =
  | "syslog"
  | "syslog tls"
  | "network"
  | "network rfc3164"
  | "unix-stream";

export type SyslogNgOptions = {
  readonly folder: string;
  readonly source: SyslogNgSource;
  readonly certificate?: Certificate;
  /** Of the lines that it stores. */
  readonly template?: string;
};

export type SyslogNgServer = {
  readonly process: ServerProcess;
  readonly port: number;
  readonly path: string;
} & AsyncDisposable;

/** A syslog-ng of one's own. */
export async function startSyslogNg(options: SyslogNgOptions): Promise<SyslogNgServer> {
  const { folder, source } = options;
  const port = await freePort();
  const path = join(folder, "syslog-ng.sock");
  const storedIn = join(folder, "stored");
  const configuration = join(folder, "syslog-ng.conf");
  writeFileSync(configuration, configurationOf(options, port, path, storedIn));
  const isUnix = source === "unix-stream";
  const files = (["persist-file", "pidfile", "control"] as const).map(
    (name) => `--${name}=${join(folder, `syslog-ng.${name}`)}`,
  );
  const process = await ServerProcess.start({
    program,
    args: ["-F", "-e", "--no-caps", "-f", configuration, ...files, "--module-path", modules()],
    environment: { LD_LIBRARY_PATH: libraries().join(":") },
    tcpPorts: isUnix ? [] : [port],
    udpPorts: [],
    paths: isUnix ? [path] : [],
    storedIn,
  });
  return { process, port, path, [Symbol.asyncDispose]: () => process[Symbol.asyncDispose]() };
}

function configurationOf(
  { source, certificate, template = "$MSG" }: SyslogNgOptions,
  port: number,
  path: string,
  storedIn: string,
): string {
  const place = `ip("127.0.0.1") port(${port})`;
  const sources: Readonly<Record<SyslogNgSource, string>> = {
    syslog: `syslog(${place} transport("tcp"))`,
    "syslog tls":
      `syslog(${place} transport("tls") tls(peer-verify(optional-untrusted) ` +
      `cert-file("${certificate?.certificateFile}") key-file("${certificate?.keyFile}")))`,
    network: `network(${place} transport("tcp") flags(syslog-protocol))`,
    "network rfc3164": `network(${place} transport("tcp"))`,
    "unix-stream": `unix-stream("${path}" flags(syslog-protocol))`,
  };
  return [
    "@version: 3.38",
    "options { stats-freq(0); };",
    `source taken { ${sources[source]}; };`,
    `destination stored { file("${storedIn}" template("${template}\\n")); };`,
    "log { source(taken); destination(stored); flags(flow-control); };",
    "",
  ].join("\n");
}

function libraries(): readonly string[] {
  return ["usr/lib", "lib"]
    .flatMap((name) => {
      const folder = join(root, name);
      const multiarch = readdirSync(folder).filter((entry) => entry.endsWith("-linux-gnu"));
      return multiarch.map((entry) => join(folder, entry));
    })
    .concat(dirname(modules()));
}

function modules(): string {
  const folder = join(root, "usr/lib/syslog-ng");
  const version = readdirSync(folder).find((entry) => /^\d/.test(entry));
  return join(folder, version!);
}
