import { lookup } from "node:dns/promises";
import type { Failure } from "./failure.ts";

/** All addresses of a name, as the system knows them now, in its order. */
export async function addressesOf(
  host: string,
  msMax: number,
): Promise<readonly string[] | Failure> {
  const { promise: late, resolve } = Promise.withResolvers<Failure>();
  const timer = setTimeout(() => {
    resolve({ reason: "resolve-failed", why: `no name server answers within ${msMax} ms` });
  }, msMax);
  try {
    const found = lookup(host, { all: true }).then((entries) => entries.map((e) => e.address));
    return await Promise.race([found, late]);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === "ENOTFOUND" ? "no such host is known" : message;
    return { reason: "resolve-failed", why };
  } finally {
    clearTimeout(timer);
  }
}
