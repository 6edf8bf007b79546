import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { TemporaryFolder } from "../follow/temporary-folder.ts";
import { program, programEnvironment } from "./built-program.ts";
import { denyscope } from "./program.ts";

const egress = fileURLToPath(new URL("../../samples/egress.log", import.meta.url));
const READY_MS_MAX = 60_000;
const POLL_MS = 50;

/** Sequences that ink never writes, in the bytes in which a log may hold them. */
const payloads = [
  "\u001b]0;title\u0007",
  "\u001b]52;c;cm0gLXJm\u0007",
  "\u001b]8;;http://x\u001b\\",
  "\u001bP$q\u001b\\",
  "\u001b[5n",
  "\u001b[13;37;7H",
  "\u001b[3J",
  "\u009b3J",
  "\u202etxt",
  "\u2066x",
  "\u200bz",
];

/** All bytes that the program sends to its terminal while keys are pressed. */
async function sentWhile(args: readonly string[], keys: readonly string[]): Promise<string> {
  const words = [process.execPath, program, ...args].map((word) => `'${word}'`).join(" ");
  const child = spawn("script", ["-q", "-c", `stty cols 120 rows 40; ${words}`, "/dev/null"], {
    env: { ...programEnvironment, TERM: "xterm-256color", SHELL: "/bin/sh" },
    stdio: ["pipe", "pipe", "inherit"],
  });
  let sent = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    sent += chunk;
  });
  const says = async (text: string, from: number) => {
    const deadline = Date.now() + READY_MS_MAX;
    while (!sent.slice(from).includes(text) && Date.now() < deadline) await sleep(POLL_MS);
  };
  await says("Sources", 0);
  for (const key of keys) {
    const from = sent.length;
    child.stdin.write(key);
    // Something is drawn anew after each of them.
    await says("\u001b", from);
    await sleep(POLL_MS * 4);
  }
  // In a line that is typed, q is a letter.
  child.stdin.end("\u0003");
  await once(child, "close");
  return sent;
}

test("no sequence that a log holds gets to the terminal, on whatever screen", async () => {
  using folder = new TemporaryFolder();
  const db = folder.file("hostile.db");
  await denyscope(["import", egress, "--db", db, "--timezone", "UTC"]);
  // Whoever can write to a log, or name a file or a node, may have got this far.
  const hostile = payloads.join("x");
  const database = new Database(db);
  database
    .prepare("UPDATE prefixes SET policy = ?, text = 'calico-packet ' || ?")
    .run(hostile, hostile);
  database.prepare("UPDATE nodes SET name = ?").run(hostile);
  database.prepare("UPDATE sources SET path = ?").run(hostile);
  database.prepare("UPDATE flows SET in_interface = ?").run(hostile);
  database.prepare("UPDATE recent_denials SET line = ?").run(Buffer.from(hostile));
  database
    .prepare("INSERT INTO rejected_examples (reason, source, seen_at, line) VALUES (?, 1, 1, ?)")
    .run("truncated", Buffer.from(hostile));
  database.close();
  const keys = [
    "\t",
    "\t",
    "\t",
    "2",
    "l",
    "l",
    "l",
    "l",
    "l",
    "\u001b",
    "\r",
    "3",
    "l",
    "j",
    "4",
    "/",
  ];
  const sent = await sentWhile(["tui", "--db", db], keys);
  // It was there to be seen, as text.
  expect(sent).toContain("\\x1b]0;title");
  for (const payload of payloads) expect(sent).not.toContain(payload);
});
