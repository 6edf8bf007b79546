import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, test } from "vitest";
import { announceHolder, DatabaseLock } from "../../src/store/lock.ts";
import { newPath, readable, valueOf, writable } from "./stored.ts";

describe("DatabaseLock", () => {
  test("is refused while another holds it, naming that one", () => {
    const path = newPath();
    using _lock = new DatabaseLock(path);
    announceHolder(writable(path), { role: "agent", pid: 4711 });
    expect(() => new DatabaseLock(path)).toThrow(
      `Cannot write to database "${path}": a running agent with pid 4711 holds it; ` +
        "stop it first, or name another with --db",
    );
  });

  test("names the last that has announced itself", () => {
    const path = newPath();
    using _lock = new DatabaseLock(path);
    const database = writable(path);
    announceHolder(database, { role: "agent", pid: 1 });
    announceHolder(database, { role: "import", pid: 2 });
    expect(() => new DatabaseLock(path)).toThrow(/a running import with pid 2 holds it/);
  });

  test("is refused without a name when its holder has not come to announce itself", () => {
    const path = newPath();
    using _lock = new DatabaseLock(path);
    expect(() => new DatabaseLock(path)).toThrow(/another denyscope holds it; stop it first/);
  });

  test("is free when it was disposed of", () => {
    const path = newPath();
    new DatabaseLock(path)[Symbol.dispose]();
    using _lock = new DatabaseLock(path);
  });

  test("of one database is not that of another", () => {
    using _lock = new DatabaseLock(newPath());
    using _other = new DatabaseLock(newPath());
  });

  test("does not hinder readers", () => {
    const path = newPath();
    const database = writable(path);
    using _lock = new DatabaseLock(path);
    database.exec("INSERT INTO nodes (name) VALUES ('worker-1')");
    expect(valueOf(readable(path), "SELECT name FROM nodes")).toBe("worker-1");
  });

  test("is held by a process until that is killed, and free at once then", async () => {
    const path = newPath();
    const lock = new URL("../../src/store/lock.ts", import.meta.url);
    const code = `
      import { DatabaseLock } from ${JSON.stringify(lock.href)};
      // A lock that nobody knows is garbage.
      const lock = new DatabaseLock(${JSON.stringify(path)});
      console.log("held");
      setInterval(() => lock, 1000);`;
    const holder = spawn(process.execPath, ["--input-type=module", "-e", code]);
    await once(holder.stdout, "data");
    expect(() => new DatabaseLock(path)).toThrow(/holds it/);
    holder.kill("SIGKILL");
    await once(holder, "exit");
    using _lock = new DatabaseLock(path);
  });
});
