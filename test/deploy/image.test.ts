import { execFileSync, spawn } from "node:child_process";
import { appendFileSync, chownSync, existsSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { denialLines } from "../end-to-end/log-lines.ts";
import { needs, programMissing } from "../end-to-end/machine.ts";
import { until } from "../forward/servers/until.ts";
import { Tmux } from "../end-to-end/tmux.ts";
import { TemporaryFolder } from "../follow/temporary-folder.ts";
import { ImageRoot, type NodeFolders, nodeIn } from "./image-root.ts";
import { podOf } from "./kubernetes-manifests.ts";
import { isLong } from "../long-run.ts";

// It takes some minutes to build.
const missing = ["buildah", "debootstrap", "setpriv", "tmux"]
  .map(programMissing)
  .find((name) => name !== undefined);
const BUILD_MS_MAX = 900_000;
const POLL_MS = 200;
/** Debian's smallest base is 120 MB here, that of docker.io 75 MB. */
const IMAGE_MB_MAX = 300;
const ADM = 4;

if (isLong) needs("an image of one's own", missing);

/** As kubelet asks a pod: in its network. */
function probe(pid: number, path: string): number {
  const script = `console.log((await fetch("http://127.0.0.1:9464${path}")).status)`;
  const words = ["-t", String(pid), "--net", process.execPath, "--input-type=module", "-e", script];
  return Number(execFileSync("nsenter", words, { encoding: "utf8" }));
}

describe.skipIf(!isLong || missing !== undefined)("the image", () => {
  let image: ImageRoot;
  let folder: TemporaryFolder;
  let node: NodeFolders;

  beforeAll(() => {
    image = new ImageRoot();
    folder = new TemporaryFolder();
    node = nodeIn(folder.path, "America/New_York");
  }, BUILD_MS_MAX);
  afterAll(() => {
    image[Symbol.dispose]();
    folder[Symbol.dispose]();
  });

  const denyscope = (...words: string[]) => {
    const [program, ...rest] = image.command(node, "denyscope", ...words);
    return execFileSync(program!, rest, { encoding: "utf8" });
  };
  const packets = () => {
    const { totals } = JSON.parse(denyscope("flows", "-o", "json")) as {
      totals: { packets: number };
    };
    return totals.packets;
  };
  const writeLog = (lines: number, from: number) => {
    const path = join(node.log, "syslog");
    appendFileSync(path, denialLines({ lines, from }).join(""), { mode: 0o640 });
    chownSync(path, 0, ADM);
  };

  test("is no larger than it has to be, and has what kubectl cp and the pod need", () => {
    const megabytes = image.bytes / 1e6;
    // oxlint-disable-next-line no-console -- the documentation states it
    console.log(`The image has ${megabytes.toFixed(0)} MB`);
    expect(megabytes).toBeLessThan(IMAGE_MB_MAX);
    const [program, ...rest] = image.command(node, "sh", "-c", "which tar chown denyscope; id -u");
    expect(execFileSync(program!, rest, { encoding: "utf8" }).trim().split("\n")).toEqual([
      "/usr/bin/tar",
      "/usr/bin/chown",
      "/usr/local/bin/denyscope",
      "65532",
    ]);
    expect(denyscope("version")).toMatch(/^\d+\.\d+\.\d+/);
  });

  test("reads stamps in the zone of the node, whose file is mounted", () => {
    expect(denyscope("config")).toMatch(/^timezone: America\/New_York$/m);
  });

  test("follows a rotating log as the manifest lets it, and shows it on a screen", async () => {
    writeLog(100, 0);
    const [{ args }] = podOf("syslog").containers;
    const [program, ...rest] = image.command(node, "denyscope", ...args);
    const agent = spawn(program!, rest, { stdio: "ignore" });
    try {
      // Before its first commit there is no database to ask.
      await until("there is a database", () => existsSync(join(node.state, "denyscope.db")));
      await until("100 packets are counted", () => packets() >= 100, POLL_MS);
      expect(packets()).toBe(100);
      expect(probe(agent.pid!, "/livez"), "the probe of the manifest").toBe(200);
      expect(probe(agent.pid!, "/readyz"), "the probe of the manifest").toBe(200);
      renameSync(join(node.log, "syslog"), join(node.log, "syslog.1"));
      writeFileSync(join(node.log, "syslog"), "", { mode: 0o640 });
      writeLog(50, 100);
      await until("150 packets are counted", () => packets() >= 150, POLL_MS);
      expect(packets()).toBe(150);
      using tmux = new Tmux([], {
        columns: 80,
        rows: 24,
        command: image.command(node, "denyscope", "tui"),
      });
      await tmux.shows("150 packets denied");
      tmux.press("2");
      await tmux.shows(/› Flows[^]*▸/);
      tmux.press("n");
      tmux.type("ours");
      tmux.press("Enter");
      await tmux.shows(/NOTE[^]*ours/);
    } finally {
      agent.kill("SIGKILL");
    }
  });
});
