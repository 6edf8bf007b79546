import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { loadSettings } from "../../src/config/load.ts";
import type { RawSettings } from "../../src/config/settings.ts";
import type { Evidence } from "../../src/doctor/evidence.ts";
import { gather } from "../../src/doctor/gather.ts";
import { LocalMachine } from "../../src/doctor/local-machine.ts";
import { TemporaryFolder } from "../follow/temporary-folder.ts";

/** The root of a node in a folder, with as much of it as a test needs. */
export class NodeFolder implements Disposable {
  readonly #folder = new TemporaryFolder();

  constructor(files: Readonly<Record<string, string>> = {}) {
    for (const [path, content] of Object.entries(files)) this.write(path, content);
  }

  path(name: string): string {
    return this.#folder.file(name);
  }

  write(name: string, content: string): string {
    mkdirSync(dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), content);
    return this.path(name);
  }

  link(name: string, target: string): void {
    mkdirSync(dirname(this.path(name)), { recursive: true });
    symlinkSync(target, this.path(name));
  }

  /** What doctor sees of it at a time, in microseconds since the epoch. */
  async evidence(raw: RawSettings = {}, now = Date.now() * 1000): Promise<Evidence> {
    const settings = await loadSettings({ db: "/db", ...raw }, {}, "/dev/null");
    return gather(new LocalMachine(this.#folder.path, () => now), settings);
  }

  [Symbol.dispose](): void {
    this.#folder[Symbol.dispose]();
  }
}
