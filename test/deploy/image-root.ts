import { execFileSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const checkout = fileURLToPath(new URL("../../", import.meta.url));
const ADM = 4;
const AGENT = 65_532;
const CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt";

/**
 * The image, built by buildah of the Dockerfile as it is. No registry is asked for a base: it is a
 * Debian that debootstrap makes, and the image that builds is the same with this machine's npm.
 */
export class ImageRoot implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), "denyscope-image-"));
  /** Where its file system is mounted. */
  readonly path: string;
  readonly bytes: number;

  constructor() {
    const debian = join(this.#folder, "debian");
    run("debootstrap", "--variant=minbase", "bookworm", debian, "http://deb.debian.org/debian");
    rmSync(join(debian, "var/cache/apt"), { recursive: true });
    rmSync(join(debian, "var/lib/apt/lists"), { recursive: true });
    this.#commit("localhost/base", "scratch", (root) => {
      cpSync(debian, root, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
      chmodSync(join(root, "tmp"), 0o1777);
    });
    this.#commit("localhost/build", "localhost/base", (root) => addNpm(root), [
      "--env",
      `NODE_EXTRA_CA_CERTS=${CERTIFICATES}`,
    ]);
    this.#buildah(
      "build",
      "--isolation",
      "chroot",
      "--network",
      "host",
      "--build-arg",
      "BUILD_IMAGE=localhost/build",
      "--build-arg",
      "BASE_IMAGE=localhost/base",
      "-f",
      join(checkout, "deploy/image/Dockerfile"),
      "-t",
      "localhost/denyscope",
      checkout,
    );
    this.path = this.#buildah("mount", this.#buildah("from", "localhost/denyscope"));
    this.bytes = Number(
      execFileSync("du", ["-sb", this.path], { encoding: "utf8" }).split("\t")[0],
    );
  }

  /**
   * A command that runs a program in the image as the DaemonSet of the syslog overlay does: as
   * 65532 with the group adm, without capabilities, its root read-only, with these folders of the
   * node as /var/log, read-only, and /var/lib/denyscope.
   */
  command(node: { readonly log: string; readonly state: string }, ...words: string[]): string[] {
    for (const [path, group] of [
      [node.log, ADM],
      [node.state, AGENT],
    ] as const) {
      mkdirSync(path, { recursive: true });
      chownSync(path, group === ADM ? 0 : AGENT, group);
    }
    const script = `set -e
      mount --bind "$1" "$1"; mount -o remount,bind,ro "$1"
      mount --bind "$2" "$1/var/log"; mount -o remount,bind,ro "$1/var/log"
      mount --bind "$3" "$1/var/lib/denyscope"
      mount -t tmpfs tmpfs "$1/tmp"; mount -t proc proc "$1/proc"; mount --rbind /dev "$1/dev"
      cd /; root=$1; shift 3
      exec chroot "$root" setpriv --reuid ${AGENT} --regid ${AGENT} --groups ${ADM} \\
        --no-new-privs --bounding-set -all --inh-caps -all env -i \\
        PATH=/usr/local/bin:/usr/bin:/bin TERM=tmux-256color DENYSCOPE_NODE=worker-1 \\
        DENYSCOPE_DB=/var/lib/denyscope/denyscope.db \\
        DENYSCOPE_NOTES=/var/lib/denyscope/notes.yaml "$@"`;
    const shell = ["bash", "-c", script, "bash", this.path, node.log, node.state];
    return ["unshare", "--mount", ...shell, ...words];
  }

  [Symbol.dispose](): void {
    this.#buildah("unmount", "--all");
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #commit(
    name: string,
    from: string,
    change: (root: string) => void,
    settings: readonly string[] = [],
  ): void {
    const container = this.#buildah("from", from);
    change(this.#buildah("mount", container));
    this.#buildah("unmount", container);
    if (settings.length > 0) this.#buildah("config", ...settings, container);
    this.#buildah("commit", "--rm", container, name);
  }

  #buildah(...words: readonly string[]): string {
    const places = ["--root", join(this.#folder, "store"), "--runroot", join(this.#folder, "run")];
    return run("buildah", "--storage-driver", "vfs", ...places, ...words).trim();
  }
}

/** The system's Node and npm, and what they trust. */
function addNpm(root: string): void {
  const npm = dirname(dirname(realpathSync("/usr/bin/npm")));
  copyFileSync("/usr/bin/node", join(root, "usr/local/bin/node"));
  cpSync(npm, join(root, "usr/local/lib/node_modules/npm"), { recursive: true });
  symlinkSync("../lib/node_modules/npm/bin/npm-cli.js", join(root, "usr/local/bin/npm"));
  mkdirSync(join(root, "etc/ssl/certs"), { recursive: true });
  copyFileSync(CERTIFICATES, join(root, CERTIFICATES));
}

function run(program: string, ...words: readonly string[]): string {
  return execFileSync(program, words, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}
