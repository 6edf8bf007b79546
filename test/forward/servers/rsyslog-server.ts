import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { programMissing } from "../../end-to-end/machine.ts";
import type { Certificate } from "./certificate-authority.ts";
import { freePort } from "./free-port.ts";
import { ServerProcess } from "./server-process.ts";

export const rsyslogInputs = ["udp", "tcp", "tls", "relp", "relp+tls", "unix"] as const;
export type RsyslogInput = (typeof rsyslogInputs)[number];

export type RsyslogOptions = {
  /** For all that belongs to it. */
  readonly folder: string;
  readonly inputs: readonly RsyslogInput[];
  /**
   * `direct`: what it has taken, or acknowledged, is in the file. `main`, as rsyslog comes: it is
   * in the memory of the process for a while.
   */
  readonly queue?: "direct" | "main";
  /** Of the lines that it stores; without, the text of the message. */
  readonly template?: string;
  /** With `clients`, inputs with TLS take only those whose certificate that authority signed. */
  readonly tls?: { readonly certificate: Certificate; readonly clients?: Certificate };
};

/** What the machine lacks for an rsyslogd with all inputs; undefined when nothing is. */
export function rsyslogMissing(): string | undefined {
  const program = programMissing("rsyslogd");
  if (program !== undefined) return program;
  for (const [file, name] of [
    ["imrelp.so", "rsyslog-relp"],
    ["lmnsd_ossl.so", "rsyslog-openssl"],
  ] as const) {
    if (!moduleFolders().some((folder) => existsSync(join(folder, file)))) {
      return `The package ${name} is not installed.`;
    }
  }
  return undefined;
}

function moduleFolders(): readonly string[] {
  const multiarch = readdirSync("/usr/lib").filter((name) => name.endsWith("-linux-gnu"));
  return [
    "/usr/lib/rsyslog",
    "/usr/lib64/rsyslog",
    ...multiarch.map((name) => `/usr/lib/${name}/rsyslog`),
  ];
}

export type RsyslogServer = {
  readonly process: ServerProcess;
  readonly ports: Readonly<Record<Exclude<RsyslogInput, "unix">, number>>;
  /** Of the stream socket. */
  readonly path: string;
} & AsyncDisposable;

/** An rsyslogd of one's own, beside that of the machine and others. */
export async function startRsyslog(options: RsyslogOptions): Promise<RsyslogServer> {
  const { folder, inputs } = options;
  const ports = {
    udp: await freePort(),
    tcp: await freePort(),
    tls: await freePort(),
    relp: await freePort(),
    "relp+tls": await freePort(),
  };
  const path = join(folder, "rsyslog.sock");
  const storedIn = join(folder, "stored");
  const configuration = join(folder, "rsyslog.conf");
  writeFileSync(configuration, configurationOf(options, ports, path, storedIn));
  const onPort = inputs.filter((input) => input !== "unix");
  const process = await ServerProcess.start({
    program: "rsyslogd",
    args: ["-n", "-i", join(folder, "rsyslog.pid"), "-f", configuration],
    tcpPorts: onPort.filter((input) => input !== "udp").map((input) => ports[input]),
    udpPorts: onPort.filter((input) => input === "udp").map((input) => ports[input]),
    paths: inputs.includes("unix") ? [path] : [],
    storedIn,
  });
  return { process, ports, path, [Symbol.asyncDispose]: () => process[Symbol.asyncDispose]() };
}

type Ports = RsyslogServer["ports"];

function configurationOf(
  { folder, inputs, queue = "direct", template = "%msg%", tls }: RsyslogOptions,
  ports: Ports,
  path: string,
  storedIn: string,
): string {
  const bound = queue === "direct" ? ' ruleset="stored"' : "";
  const action =
    `action(type="omfile" file="${storedIn}" template="line" asyncWriting="off" ` +
    'flushOnTXEnd="on")';
  return [
    `global(workDirectory="${folder}" net.enableDNS="off")`,
    `template(name="line" type="string" string="${template}\\n")`,
    `ruleset(name="stored" queue.type="Direct") { ${action} }`,
    ...(queue === "direct" ? [] : ['if ($inputname != "rsyslogd") then call stored']),
    ...[...new Set(inputs.map((input) => modules[input]))].map((name) =>
      // With GnuTLS, its default, imrelp wants a certificate of each client.
      name === "imrelp" && tls?.clients === undefined
        ? 'module(load="imrelp" tls.tlslib="openssl")'
        : `module(load="${name}")`,
    ),
    ...inputs.map((input) => `${inputOf(input, ports, path, tls)}${bound})`),
    "",
  ].join("\n");
}

const modules: Readonly<Record<RsyslogInput, string>> = {
  udp: "imudp",
  tcp: "imtcp",
  tls: "imtcp",
  relp: "imrelp",
  "relp+tls": "imrelp",
  unix: "imptcp",
};

function inputOf(
  input: RsyslogInput,
  ports: Ports,
  path: string,
  tls: RsyslogOptions["tls"],
): string {
  if (input === "unix") return `input(type="imptcp" path="${path}"`;
  const head = `input(type="${modules[input]}" address="127.0.0.1" port="${ports[input]}"`;
  if (input === "tls") return `${head} ${netstreamTls(tls!)}`;
  if (input === "relp+tls") return `${head} ${relpTls(tls!)}`;
  return head;
}

function netstreamTls({ certificate, clients }: NonNullable<RsyslogOptions["tls"]>): string {
  return [
    'streamDriver.Name="ossl" streamDriver.Mode="1"',
    `streamDriver.AuthMode="${clients === undefined ? "anon" : "x509/certvalid"}"`,
    `streamDriver.CAFile="${(clients ?? certificate).certificateFile}"`,
    `streamDriver.CertFile="${certificate.certificateFile}"`,
    `streamDriver.KeyFile="${certificate.keyFile}"`,
  ].join(" ");
}

function relpTls({ certificate, clients }: NonNullable<RsyslogOptions["tls"]>): string {
  return [
    `tls="on" tls.myCert="${certificate.certificateFile}" tls.myPrivKey="${certificate.keyFile}"`,
    ...(clients === undefined
      ? []
      : [`tls.caCert="${clients.certificateFile}"`, 'tls.authMode="certvalid"']),
  ].join(" ");
}
