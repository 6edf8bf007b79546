import { CertificateAuthority } from "./certificate-authority.ts";

/** Certificates of servers of this machine, one for each way to be good or bad. */
export function makeTestCertificates(folder: string) {
  const authority = new CertificateAuthority(folder);
  const other = new CertificateAuthority(folder, "Other authority");
  const noAuthority = authority.sign({ name: "no authority" });
  return {
    authority: authority.root,
    good: authority.sign({ name: "good", usage: "serverAuth" }),
    otherAuthority: other.sign({ name: "otherAuthority" }),
    otherName: authority.sign({ name: "otherName", names: ["DNS:other.example.com"] }),
    expired: authority.sign({ name: "expired", to: "20200201000000Z" }),
    notYetValid: authority.sign({ name: "notYetValid", from: "20980101000000Z" }),
    selfSigned: authority.selfSigned({ name: "selfSigned" }),
    forClients: authority.sign({ name: "forClients", usage: "clientAuth" }),
    ofNoAuthority: authority.sign({ name: "ofNoAuthority" }, noAuthority),
    weak: authority.sign({ name: "weak", isWeak: true }),
  };
}

export type TestCertificates = ReturnType<typeof makeTestCertificates>;
