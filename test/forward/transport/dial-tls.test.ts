import { X509Certificate } from "node:crypto";
import { type DisposableTempDir, mkdtempDisposableSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CloseReason } from "../../../src/forward/transport/close-reason.ts";
import type { TlsSettings } from "../../../src/forward/transport/transport-settings.ts";
import { needs } from "../../end-to-end/machine.ts";
import { certificatesMissing } from "../servers/certificate-authority.ts";
import { rsyslogMissing, startRsyslog } from "../servers/rsyslog-server.ts";
import { makeTestCertificates, type TestCertificates } from "../servers/test-certificates.ts";
import { TlsRecorder } from "../servers/tls-recorder.ts";
import { attempt } from "./attempt.ts";
import { settingsFor } from "./delivery.ts";

const missing = rsyslogMissing() ?? certificatesMissing();

needs("rsyslogd with TLS, and openssl", missing);

type Kind = keyof TestCertificates;
type Case = readonly [Kind, CloseReason, why: string, tls?: TlsSettings];

const anyOther = { verify: { fingerprints: [`SHA256:${"AB:".repeat(31)}AB`] } };
const bad: readonly Case[] = [
  ["otherAuthority", "tls-untrusted", "the authority of its certificate is not known"],
  ["otherName", "tls-name", "for DNS:other.example.com, not for 127.0.0.1"],
  ["expired", "tls-date", "its certificate has expired"],
  ["notYetValid", "tls-date", "its certificate is not valid yet"],
  ["selfSigned", "tls-untrusted", "its certificate is signed by itself"],
  ["forClients", "tls-untrusted", "its certificate, or one behind it, is not for this use"],
  ["ofNoAuthority", "tls-untrusted", "its certificate, or one behind it, is not for this use"],
  ["good", "tls-fingerprint", "which is not a pinned one", anyOther],
];
/** OpenSSL on the server's side would not load it. */
const weak: Case = ["weak", "tls-untrusted", "EE certificate key too weak"];

describe.skipIf(missing !== undefined)("connect() to a server with a certificate", () => {
  let folder: DisposableTempDir;
  let made: TestCertificates;
  const trusted = (): TlsSettings => ({ verify: "name", ca: made.authority.certificate });
  const fingerprint = (kind: Kind) => new X509Certificate(made[kind].certificate).fingerprint256;
  const own = (kind: Kind) => ({ cert: made[kind].certificate, key: made[kind].key });

  beforeAll(() => {
    folder = mkdtempDisposableSync(join(tmpdir(), "denyscope-tls-"));
    made = makeTestCertificates(folder.path);
  });

  afterAll(() => folder.remove());

  test.for(bad)("sends rsyslogd nothing: %s, %s", async ([kind, reason, why, tls]) => {
    using place = mkdtempDisposableSync(join(tmpdir(), "denyscope-tls-"));
    const inputs = ["tls", "relp+tls"] as const;
    const certificate = made[kind];
    await using server = await startRsyslog({ folder: place.path, inputs, tls: { certificate } });
    for (const transport of inputs) {
      const settings = settingsFor(transport, server.ports[transport], { tls: tls ?? trusted() });
      const found = await attempt(settings);
      expect(found).toMatchObject({ opened: undefined, settled: -1, end: { reason } });
      expect(found.end.text).toContain(why);
    }
    await server.process.end("SIGTERM");
    expect(server.process.stored()).toEqual([]);
  });

  test.for(
    [...bad, weak].flatMap((row) => [["TLSv1.2", ...row] as const, ["TLSv1.3", ...row] as const]),
  )("sends no byte behind the handshake: %s, %s, %s", async ([version, kind, reason, why, tls]) => {
    const versions = { minVersion: version, maxVersion: version };
    const ciphers = kind === "weak" ? { ciphers: "DEFAULT:@SECLEVEL=0" } : {};
    await using recorder = await TlsRecorder.listen({ ...own(kind), ...versions, ...ciphers });
    const found = await attempt(settingsFor("tls", recorder.port, { tls: tls ?? trusted() }));
    expect(found).toMatchObject({ opened: undefined, settled: -1, end: { reason } });
    expect(found.end.text).toContain(why);
    await recorder.quiet();
    expect(recorder).toMatchObject({ connections: 1, bytes: 0 });
  });

  test.for<[string, Kind, () => TlsSettings, name?: string]>([
    ["by authority and address", "good", trusted],
    [
      "by authority and name",
      "otherName",
      () => ({ ...trusted(), serverName: "other.example.com" }),
      "other.example.com",
    ],
    ["by fingerprint", "good", () => ({ verify: { fingerprints: [fingerprint("good")] } })],
    [
      "by one of several fingerprints, whatever else is wrong",
      "expired",
      () => ({
        verify: { fingerprints: [...anyOther.verify.fingerprints, fingerprint("expired")] },
      }),
    ],
    ["because somebody said so", "selfSigned", () => ({ verify: "none" })],
  ])("sends to a server that is trusted: %s", async ([, kind, tls, name = false]) => {
    await using recorder = await TlsRecorder.listen(own(kind));
    const found = await attempt(settingsFor("tls", recorder.port, { tls: tls() }));
    expect(found).toMatchObject({ settled: 0, end: { reason: "ended" } });
    expect(found.opened!.tls).toMatchObject({
      protocol: "TLSv1.3",
      peerName: kind,
      fingerprint: `SHA256:${fingerprint(kind)}`,
    });
    expect(found.steps.map(({ step }) => step)).toEqual(["resolved", "connected", "secured"]);
    expect(recorder.bytes).toBeGreaterThan(0);
    expect(recorder.names).toEqual([name]);
  });

  test("ends TLS in good order", async () => {
    await using recorder = await TlsRecorder.listen(own("good"));
    await attempt(settingsFor("tls", recorder.port, { tls: trusted() }));
    await recorder.quiet();
    expect(recorder).toMatchObject({ connections: 1, ends: 1, errors: [] });
  });

  test.for(["TLSv1.2", "TLSv1.3"] as const)(
    "settles nothing when the server wants another certificate: %s",
    async (maxVersion) => {
      const ca = made.authority.certificate;
      const wants = { ca, requestCert: true, rejectUnauthorized: true, maxVersion };
      await using recorder = await TlsRecorder.listen({ ...own("good"), ...wants });
      const settings = settingsFor("tls", recorder.port, { tls: trusted() });
      const { end, settled } = await attempt(settings, { waits: true });
      expect({ reason: end.reason, settled }).toEqual({ reason: "tls-failed", settled: -1 });
      expect(end.text).toContain("wants a certificate of this side");
      expect(recorder.bytes).toBe(0);
    },
  );

  test("shows a server that wants one the own certificate", async () => {
    const ca = made.authority.certificate;
    const wants = { ca, requestCert: true, rejectUnauthorized: true };
    await using recorder = await TlsRecorder.listen({ ...own("good"), ...wants });
    const tls = { ...trusted(), ...own("forClients") };
    const { end, settled } = await attempt(settingsFor("tls", recorder.port, { tls }));
    expect({ end: end.reason, settled }).toEqual({ end: "ended", settled: 0 });
  });

  test("refuses versions of TLS that are too old", async () => {
    const old = { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT:@SECLEVEL=0" };
    await using recorder = await TlsRecorder.listen({ ...own("good"), ...(old as object) });
    const { end } = await attempt(settingsFor("tls", recorder.port, { tls: trusted() }));
    expect(end.reason).toBe("tls-failed");
    expect(end.text).toContain("it has no TLS version that is safe enough");
  });

  test("says what is wrong with the own certificate", async () => {
    await using recorder = await TlsRecorder.listen(own("good"));
    const tls = { ...trusted(), cert: "no certificate", key: "no key" };
    const { end } = await attempt(settingsFor("tls", recorder.port, { tls }));
    expect(end.reason).toBe("tls-failed");
    expect(end.text).toContain("own certificate or key");
  });
});
