import { execFileSync } from "node:child_process";
import { appendFileSync, chownSync, closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Database from "better-sqlite3";
import { freePort } from "../../forward/servers/free-port.ts";
import { denialLines } from "../log-lines.ts";
import { denyscope, outputOf, startDenyscope } from "../program.ts";
import { untilCommitted, untilRead } from "../queries.ts";
import { SmallDisk } from "../small-disk.ts";
import { asNobody, NOBODY } from "./as-nobody.ts";
import type { Asked, BrokenNode } from "./broken-node.ts";
import type { SoundNode } from "./sound-node.ts";

const lines = denialLines({ lines: 20 });

/** An agent on a disk of its own, to which something happens. */
async function onSmallDisk(
  node: SoundNode,
  name: string,
  spoil: (disk: SmallDisk) => void,
): Promise<Asked> {
  mkdirSync(node.place.path(name));
  const disk = new SmallDisk(node.place.path(name));
  const database = join(disk.path, "denyscope.db");
  const agent = startDenyscope(["agent", node.log, "--db", database]);
  await agent.says("Following a log");
  await untilCommitted(database);
  spoil(disk);
  const repair = async () => {
    await agent.end("SIGKILL");
    disk[Symbol.dispose]();
  };
  return { database, repair };
}

/** What is read cannot be kept or sent, or the time is wrong. */
export const brokenMachines: readonly BrokenNode[] = [
  {
    broken: "the clock is off",
    breaks: (node) => ({ through: [...node.inside(), "faketime", "-f", "+3h"] }),
    name: "clock-off",
    seen: /the clock of this process is 3 h ahead of the kernel's/,
    mend: /timedatectl set-ntp true/,
  },
  {
    broken: "the disk is full",
    breaks: (node) => onSmallDisk(node, "filled", (disk) => disk.fill()),
    name: "disk-full",
    seen: /are free on the file system of .*disk, where the database lies/,
    mend: /du --one-file-system/,
  },
  {
    broken: "the disk of the database has become read-only",
    breaks: (node) => onSmallDisk(node, "faulty", (disk) => disk.failReadOnly()),
    name: "database-read-only",
    seen: /the file system of .*disk is read-only/,
    mend: /mount --options remount,rw/,
  },
  {
    broken: "the database is mounted for reading only, and no agent can start",
    breaks: (node) => {
      const folder = node.place.path("given");
      mkdirSync(folder);
      const script =
        'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && shift && exec "$@"';
      const through = ["unshare", "-m", "sh", "-c", script, "sh", folder, ...node.inside()];
      return { database: join(folder, "denyscope.db"), through };
    },
    name: "database-read-only",
    seen: /the file system of .*given is read-only/,
    mend: /no readOnly at the mount of the database/,
  },
  {
    broken: "the agent may not write to the folder of its database",
    breaks: async (node) => {
      const folder = node.place.path("taken");
      mkdirSync(folder);
      chownSync(folder, NOBODY, NOBODY);
      const database = join(folder, "denyscope.db");
      const agent = startDenyscope(["agent", node.log, "--db", database], { through: asNobody });
      await agent.says("Following a log");
      await untilCommitted(database);
      chownSync(folder, 0, 0);
      return { database, repair: () => agent.end("SIGKILL") };
    },
    name: "database-refused",
    seen: /the agent \(pid \d+, user 65532\) may not write to .*taken$/,
    mend: /sudo chown 65532 .*taken/,
  },
  {
    broken: "who runs it may not make the folder of the database",
    breaks: (node) => {
      const folder = node.place.path("of-root");
      mkdirSync(folder);
      const through = [...node.inside(), ...asNobody];
      return { database: join(folder, "state/denyscope.db"), through };
    },
    name: "database-refused",
    seen: /this user may not write to .*of-root$/,
    mend: /install --directory --owner=\$\(id -u\) --mode=0750 .*of-root\/state$/,
  },
  {
    broken: "there is no database",
    breaks: (node) => ({ database: node.place.path("none.db") }),
    name: "database-missing",
    seen: /none.db does not exist/,
    mend: /systemctl enable --now denyscope|kubectl get pods -n denyscope/,
  },
  {
    broken: "the database is damaged",
    breaks: async (node) => {
      const database = node.place.path("damaged.db");
      await outputOf(["import", node.place.write("some", lines), "--db", database]);
      execFileSync("rm", ["-f", `${database}-wal`, `${database}-shm`]);
      const fd = openSync(database, "r+");
      writeSync(fd, Buffer.alloc(16_384, 0x5a), 0, 16_384, 8192);
      closeSync(fd);
      return { database };
    },
    name: "database-damaged",
    seen: /./,
    mend: /systemctl restart denyscope/,
  },
  {
    broken: "no agent runs",
    breaks: async (node) => {
      const database = node.place.path("imported.db");
      await outputOf(["import", node.place.write("some", lines), "--db", database]);
      return { database };
    },
    name: "agent-missing",
    seen: /no agent holds the database/,
    mend: /systemctl enable --now denyscope|kubectl get pods -n denyscope/,
  },
  {
    broken: "somebody else has the database locked",
    breaks: (node) => {
      const other = new Database(node.database);
      other.exec("BEGIN IMMEDIATE");
      return { repair: () => other.close() };
    },
    name: "database-locked",
    seen: new RegExp(`\\(pid ${process.pid}\\) keeps .*denyscope.db locked`),
    mend: new RegExp(`sudo kill ${process.pid}`),
  },
  {
    broken: "the agent commits no more",
    breaks: async (node) => {
      const log = node.newQuietLog(lines.slice(1));
      const database = node.place.path("stuck.db");
      const agent = startDenyscope(["agent", log, "--db", database]);
      await untilRead(database, lines.length - 1);
      agent.signal("SIGSTOP");
      appendFileSync(log, lines[0]!);
      return { log, database, repair: () => agent.end("SIGKILL") };
    },
    name: "agent-stuck",
    seen: /has committed \d+ of \d+ bytes of .*quiet/,
    mend: /systemctl restart denyscope/,
  },
  {
    broken: "a destination is down",
    breaks: async (node) => {
      const database = node.place.path("forwarding.db");
      const url = `relp://127.0.0.1:${await freePort()}`;
      const agent = startDenyscope([
        "agent",
        node.log,
        "--db",
        database,
        "--forward",
        url,
        "--forward-history",
      ]);
      while (
        !(await denyscope(["forward", "list", "--db", database])).stdout.includes("nothing listens")
      ) {
        await sleep(100);
      }
      return { database, repair: () => agent.end("SIGKILL") };
    },
    name: "destination-failing",
    seen: /relp:\/\/127.0.0.1:\d+: .*nothing listens there/,
    mend: /denyscope forward test/,
  },
];
