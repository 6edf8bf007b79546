import { interfaceHash } from "./interface-hash.ts";

/** A pod as its directory names it. */
export type NamedPod = {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** Behind the prefix of its interface. */
  readonly hash: string;
};

/** A label of DNS, a subdomain of DNS, and what kubelet gives a pod of its own to tell it by. */
const directoryName =
  /^([a-z\d](?:[a-z\d-]{0,61}[a-z\d])?)_([a-z\d][a-z\d.-]{0,252})_([\da-zA-Z-]{1,64})$/;

export function isPodDirectory(name: string): boolean {
  return directoryName.test(name);
}

/**
 * Reads the name of a directory of pod logs, `<namespace>_<pod>_<uid>` (kubelet,
 * BuildPodLogsDirectory); undefined for any other: whoever may write there may choose names.
 */
export function readPodDirectory(directory: string): NamedPod | undefined {
  const [, namespace, name, uid] = directoryName.exec(directory) ?? [];
  if (namespace === undefined || name === undefined || uid === undefined) return undefined;
  return { namespace, name, uid, hash: interfaceHash(namespace, name) };
}
