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
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Container, podOf, rendered } from "./kubernetes-manifests.ts";

const checkout = fileURLToPath(new URL("../../", import.meta.url));
const ADM = 4;
const AGENT = 65_532;
const CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt";

/** What a node has for the volumes of the pod, by their names. */
export type NodeFolders = Readonly<
  Record<"log" | "localtime" | "state" | "config" | "secrets", string>
>;

function podMounts(): Container["volumeMounts"] {
  return podOf("syslog").containers[0]!.volumeMounts;
}

/** A node as kubelet leaves it, in a folder: stamps of its log are of this zone. */
export function nodeIn(folder: string, zone: string): NodeFolders {
  const place = (name: string) => join(folder, name);
  const node = {
    log: place("log"),
    localtime: place("localtime"),
    state: place("state"),
    config: place("config"),
    secrets: place("secrets"),
  };
  for (const path of [node.log, node.state, node.config, node.secrets]) mkdirSync(path);
  chownSync(node.log, 0, ADM);
  chownSync(node.state, AGENT, AGENT);
  copyFileSync(join("/usr/share/zoneinfo", zone), node.localtime);
  const { data } = rendered("syslog").find(({ kind }) => kind === "ConfigMap")!;
  writeFileSync(join(node.config, "config.yaml"), data!["config.yaml"]!);
  return node;
}

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
   * 65532 with the group adm, without capabilities, with a root that is read-only, in a network of
   * its own, and with the mounts of the manifest and no others.
   */
  command(node: NodeFolders, ...words: string[]): string[] {
    const mounts = podMounts().map(({ name, mountPath, readOnly }) => {
      const source = name === "tmp" ? "tmpfs" : node[name as keyof NodeFolders];
      return `${source} ${mountPath} ${readOnly === true ? "ro" : "rw"}`;
    });
    const script = `set -e
      root=$1; mount --bind "$root" "$root"
      while read -r source target access; do
        # As a container runtime does: a link is followed in the image, and what is missing is made.
        target=$root$(chroot "$root" readlink -m "$target")
        if [ -f "$source" ]; then touch "$target"; else mkdir -p "$target"; fi
        if [ "$source" = tmpfs ]; then mount -t tmpfs tmpfs "$target"
        else mount --bind "$source" "$target"; mount -o "remount,bind,$access" "$target"; fi
      done <<< "$2"
      mount -t proc proc "$root/proc"; mount -t tmpfs tmpfs "$root/dev"
      for device in null zero full random urandom tty; do
        touch "$root/dev/$device"; mount --bind "/dev/$device" "$root/dev/$device"
      done
      mkdir "$root/dev/pts"; mount --bind /dev/pts "$root/dev/pts"
      ln -s /proc/self/fd "$root/dev/fd"
      mount -o remount,bind,ro "$root"; ip link set lo up
      cd /; shift 2
      exec chroot "$root" setpriv --reuid ${AGENT} --regid ${AGENT} --groups ${ADM} \\
        --no-new-privs --bounding-set -all --inh-caps -all env -i \\
        PATH=/usr/local/bin:/usr/bin:/bin TERM=tmux-256color DENYSCOPE_NODE=worker-1 \\
        DENYSCOPE_DB=/var/lib/denyscope/denyscope.db \\
        DENYSCOPE_NOTES=/var/lib/denyscope/notes.yaml "$@"`;
    const shell = ["bash", "-c", script, "bash", this.path, mounts.join("\n")];
    return ["unshare", "--mount", "--net", ...shell, ...words];
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
