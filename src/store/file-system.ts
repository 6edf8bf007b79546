import { statfsSync } from "node:fs";
import { dirname } from "node:path";

/**
 * File systems on which write-ahead logging cannot be trusted: it needs memory that all processes
 * share, and locks that hold. Numbers are those of statfs(2); virtiofs says that it is FUSE.
 */
const remoteFileSystems: Readonly<Record<number, string>> = {
  0x6969: "NFS",
  0x0102_1997: "9p",
  0x6573_5546: "FUSE or virtiofs",
  0x517b: "SMB",
  0xfe53_4d42: "SMB",
  0xff53_4d42: "CIFS",
  0x5346_414f: "AFS",
  0x6b41_4653: "AFS",
  0x00c3_6400: "Ceph",
  0x0bd0_0bd0: "Lustre",
  0x4750_4653: "GPFS",
  0x0116_1970: "GFS2",
  0x7461_636f: "OCFS2",
  0x786f_4256: "a shared folder of VirtualBox",
  0xbacb_acbc: "a shared folder of VMware",
};

/** The name of a file system that cannot hold a database, by the type that statfs(2) gives. */
export function unsafeFileSystem(type: number): string | undefined {
  // Some architectures give the number with its sign.
  return remoteFileSystems[type >>> 0];
}

/** @throws Error with one line for people when the folder of the database cannot hold one. */
export function assertSafeFileSystem(path: string): void {
  const name = unsafeFileSystem(statfsSync(dirname(path)).type);
  if (name === undefined) return;
  throw new Error(
    `Cannot use database "${path}": it lies on ${name}, where SQLite's write-ahead log is not ` +
      "safe; name one on a local disk with --db",
  );
}
