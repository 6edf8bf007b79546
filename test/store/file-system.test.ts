import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { assertSafeFileSystem, unsafeFileSystem } from "../../src/store/file-system.ts";

test.for<[string, number]>([
  ["NFS", 0x6969],
  ["9p", 0x01021997],
  ["FUSE or virtiofs", 0x65735546],
  ["SMB", 0xfe534d42],
  ["SMB", 0xfe534d42 | 0],
  ["CIFS", 0xff534d42 | 0],
  ["Ceph", 0x00c36400],
])("a database on %s (statfs type %i) is refused", ([name, type]) => {
  expect(unsafeFileSystem(type)).toBe(name);
});

test.for<[string, number]>([
  ["ext4", 0xef53],
  ["xfs", 0x58465342],
  ["btrfs", 0x9123683e],
  ["btrfs", 0x9123683e | 0],
  ["tmpfs", 0x01021994],
  ["overlayfs", 0x794c7630],
  ["zfs", 0x2fc12fc1],
  ["f2fs", 0xf2f52010],
])("a database on %s (statfs type %i) is not", ([, type]) => {
  expect(unsafeFileSystem(type)).toBeUndefined();
});

test("that of this machine's temporary folder is known by a real call", () => {
  expect(() => assertSafeFileSystem(join(tmpdir(), "denyscope.db"))).not.toThrow();
});
