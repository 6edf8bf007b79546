import { execFileSync } from "node:child_process";
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { programMissing } from "../../end-to-end/machine.ts";

export type Certificate = {
  readonly certificateFile: string;
  readonly keyFile: string;
  /** PEM text of both. */
  readonly certificate: string;
  readonly key: string;
};

export type CertificateOptions = {
  /** Its own name in the folder, and its common name. */
  readonly name: string;
  /** As subjectAltName has them. */
  readonly names?: readonly string[];
  /** YYYYMMDDHHMMSSZ. */
  readonly from?: string;
  readonly to?: string;
  /** As extendedKeyUsage has it. */
  readonly usage?: string;
  readonly isAuthority?: boolean;
  /** Of a length that nobody takes any more. */
  readonly isWeak?: boolean;
};

export function certificatesMissing(): string | undefined {
  return programMissing("openssl");
}

const FROM = "20200101000000Z";
const TO = "20991231235959Z";
const goodKey = ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"];
const weakKey = ["rsa:1024"];
const localNames = ["DNS:localhost", "IP:127.0.0.1"];

/** Certificates as good or as bad as a test wants them, made by openssl. */
export class CertificateAuthority {
  readonly root: Certificate;
  readonly #folder: string;

  constructor(folder: string, name = "Test authority") {
    this.#folder = join(folder, name.toLowerCase().replaceAll(" ", "-"));
    mkdirSync(this.#folder);
    this.root = this.selfSigned({ name, isAuthority: true });
  }

  /** Signed by the root, or by somebody else, whose certificate stands behind it in the file. */
  sign(options: CertificateOptions, by: Certificate = this.root): Certificate {
    const made = this.#make(options, ["-cert", by.certificateFile, "-keyfile", by.keyFile]);
    if (by === this.root) return made;
    appendFileSync(made.certificateFile, by.certificate);
    return { ...made, certificate: made.certificate + by.certificate };
  }

  /** Signed by its own key. */
  selfSigned(options: CertificateOptions): Certificate {
    return this.#make(options, ["-selfsign", "-keyfile", this.#path(options.name, "key")]);
  }

  /** `openssl ca` lets one choose the dates. */
  #make(options: CertificateOptions, by: readonly string[]): Certificate {
    const { name, from = FROM, to = TO, isWeak = false } = options;
    const [keyFile, request] = [this.#path(name, "key"), this.#path(name, "csr")];
    const certificateFile = this.#path(name, "pem");
    const made = ["-subj", `/CN=${name}`, "-keyout", keyFile, "-out", request];
    openssl("req", "-newkey", ...(isWeak ? weakKey : goodKey), "-nodes", ...made);
    const configuration = this.#configure(options);
    const dates = ["-startdate", from, "-enddate", to];
    const signed = ["-in", request, "-out", certificateFile, "-notext", "-batch"];
    openssl("ca", "-config", configuration, "-extensions", "own", ...dates, ...signed, ...by);
    const [certificate, key] = [certificateFile, keyFile].map((file) => readFileSync(file, "utf8"));
    return { certificateFile, keyFile, certificate: certificate!, key: key! };
  }

  #configure({ names = localNames, usage, isAuthority = false }: CertificateOptions): string {
    const [configuration, database] = [this.#path("openssl", "cnf"), this.#path("ca", "db")];
    const extensions = [
      `basicConstraints = critical, CA:${isAuthority ? "TRUE" : "FALSE"}`,
      ...(isAuthority ? [] : [`subjectAltName = ${names.join(", ")}`]),
      ...(usage === undefined ? [] : [`extendedKeyUsage = ${usage}`]),
    ];
    const text = `
[ca]
default_ca = test
[test]
database = ${database}
new_certs_dir = ${this.#folder}
rand_serial = yes
default_md = sha256
policy = names
[names]
commonName = supplied
[own]
${extensions.join("\n")}
`;
    writeFileSync(configuration, text);
    writeFileSync(database, "");
    return configuration;
  }

  #path(name: string, ending: string): string {
    return join(this.#folder, `${name.replaceAll(" ", "-")}.${ending}`);
  }
}

function openssl(...args: readonly string[]): void {
  execFileSync("openssl", args, { stdio: "pipe" });
}
