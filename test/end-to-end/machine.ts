import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { expect, test } from "vitest";

/**
 * Says why tests are skipped. `missing` is what the machine lacks for them; where everything must
 * run, that is a failure.
 */
export function needs(what: string, missing: string | undefined): void {
  test(`${what} can be used here`, (context) => {
    expect(process.env["CI"] === "true" ? missing : undefined).toBeUndefined();
    if (missing !== undefined) context.skip(missing);
  });
}

const asRoot = process.getuid?.() === 0;

/** What it takes to have a small file system of one's own. */
export function smallDiskMissing(): string | undefined {
  if (!asRoot) return "Mounting a file system needs root.";
  return ["mkfs.ext4", "mount", "umount", "losetup"]
    .map(programMissing)
    .find((name) => name !== undefined);
}

/** Without privileges, root may do no more than the modes of a file say. */
export function unprivilegedMissing(): string | undefined {
  return asRoot ? programMissing("setpriv") : undefined;
}

export const unprivileged: readonly string[] = asRoot
  ? ["setpriv", "--bounding-set=-all", "--inh-caps=-all"]
  : [];

export function programMissing(name: string): string | undefined {
  const { status } = spawnSync("sh", ["-c", `command -v ${name}`], { stdio: "ignore" });
  return status === 0 ? undefined : `The program ${name} is not installed.`;
}

const systemNode = "/usr/bin/node";

/** A Node that is too old for denyscope; undefined where the system has none. */
export function oldNode(): string | undefined {
  if (!existsSync(systemNode)) return undefined;
  const { stdout } = spawnSync(systemNode, ["--version"], { encoding: "utf8" });
  const major = Number(/^v(\d+)/.exec(stdout)?.[1]);
  return major < 24 ? systemNode : undefined;
}
