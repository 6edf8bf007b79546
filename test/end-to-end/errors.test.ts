import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { packetSums } from "./database.ts";
import { Place } from "./import-place.ts";
import { denialLines } from "./log-lines.ts";
import { needs, oldNode, unprivileged, unprivilegedMissing } from "./machine.ts";
import { denyscope, outputOf, startDenyscope } from "./program.ts";

const lines = denialLines({ lines: 30 });

type Case = {
  readonly name: string;
  /** Prepares the trouble; gives the command line. */
  readonly prepare: (place: Place) => readonly string[];
  /** What the message must name, besides the path. */
  readonly says: RegExp;
  /** What the message must tell to do. */
  readonly advises: RegExp;
};

const fileCases: readonly Case[] = [
  {
    name: "a file that is missing",
    prepare: (place) => ["import", place.path("trouble")],
    says: /does not exist/,
    advises: /check its name/,
  },
  {
    name: "a directory",
    prepare: (place) => {
      mkdirSync(place.path("trouble"));
      return ["import", place.path("trouble")];
    },
    says: /directory/,
    advises: /name the files in it/,
  },
  {
    name: "a FIFO",
    prepare: (place) => {
      execFileSync("mkfifo", [place.path("trouble")]);
      return ["import", place.path("trouble")];
    },
    says: /not a regular file/,
    advises: /standard input/,
  },
  {
    name: "a gzip file without content",
    prepare: (place) => ["import", place.write("trouble", gzipSync("").subarray(0, 5))],
    says: /unexpected end of file/,
    advises: /import a sound copy/,
  },
  {
    name: "a gzip file that is garbage after its magic",
    prepare: (place) => [
      "import",
      place.write("trouble", Buffer.from("\x1f\x8b\x08 garbage", "latin1")),
    ],
    says: /unknown header flags|incorrect header/,
    advises: /import a sound copy/,
  },
];

const lockedCases: readonly Case[] = [
  {
    name: "a file that may not be read",
    prepare: (place) => {
      chmodSync(place.write("trouble", lines), 0o000);
      return ["import", place.path("trouble")];
    },
    says: /permission denied/,
    advises: /run as root|member of its group/,
  },
  {
    name: "a database in a folder that may not be written to",
    prepare: (place) => {
      mkdirSync(place.path("trouble"), { mode: 0o500 });
      return ["import", place.write("syslog", lines), "--db", place.path("trouble/db")];
    },
    says: /folder/,
    advises: /check its permissions|name another with --db|check that its folder/,
  },
  {
    name: "a database in a folder that cannot be made",
    prepare: (place) => {
      mkdirSync(place.path("trouble"), { mode: 0o500 });
      return ["import", place.write("syslog", lines), "--db", place.path("trouble/deep/db")];
    },
    says: /folder may not be written to/,
    advises: /name another with --db/,
  },
  {
    name: "a database that may not be read",
    prepare: (place) => {
      chmodSync(place.write("trouble", lines), 0o000);
      return ["flows", "--db", place.path("trouble")];
    },
    says: /cannot be opened/,
    advises: /check/,
  },
];

/** Troubles with a database, for each command that uses it. */
const databaseCases: readonly Case[] = [
  {
    name: "a text file",
    prepare: (place) => ["--db", place.write("trouble", lines)],
    says: /not a SQLite database/,
    advises: /name another with --db/,
  },
  {
    name: "a database of another program",
    prepare: (place) => {
      using other = writing(place.path("trouble"));
      other.exec("CREATE TABLE sources (id); PRAGMA user_version = 1");
      return ["--db", place.path("trouble")];
    },
    says: /belongs to another program/,
    advises: /name another with --db/,
  },
  {
    name: "a directory",
    prepare: (place) => {
      mkdirSync(place.path("trouble"));
      return ["--db", place.path("trouble")];
    },
    says: /directory|cannot be opened/,
    advises: /name a file with --db|check/,
  },
];

describe("each trouble gives one line that names it and says what to do", () => {
  test.for(fileCases)("import of $name", async (trouble) => {
    using place = new Place();
    await expectOneLine(place, [...trouble.prepare(place), "--db", place.path("db")], trouble);
  });

  for (const command of [["import", "LOG"], ["flows"], ["top", "src"], ["status"]]) {
    test.for(databaseCases)(`${command[0]} with $name for a database`, async (trouble) => {
      using place = new Place();
      const words = command.map((word) => (word === "LOG" ? place.write("syslog", lines) : word));
      await expectOneLine(place, [...words, ...trouble.prepare(place)], trouble);
    });
  }

  test.for(["flows", "status"])("%s without a database", async (command) => {
    using place = new Place();
    await expectOneLine(place, [command, "--db", place.path("trouble")], {
      says: /does not exist/,
      advises: /denyscope import FILE.*--db/,
    });
  });

  test.for(["flows", "status", "import"])("%s with a newer schema", async (command) => {
    using place = new Place();
    const log = place.write("syslog", lines);
    await outputOf(["import", log, "--db", place.path("trouble")]);
    {
      using database = writing(place.path("trouble"));
      database.pragma("user_version = 1000");
    }
    const words = command === "import" ? [command, log] : [command];
    await expectOneLine(place, [...words, "--db", place.path("trouble")], {
      says: /version 1000/,
      advises: /use the (newer )?denyscope that wrote it/,
    });
  });
});

needs("a process without privileges", unprivilegedMissing());

describe.skipIf(unprivilegedMissing() !== undefined)("without privileges", () => {
  test.for(lockedCases)("$name gives one line", async (trouble) => {
    using place = new Place();
    const args = [...trouble.prepare(place)];
    if (!args.includes("--db")) args.push("--db", place.path("db"));
    await expectOneLine(place, args, trouble, unprivileged);
  });
});

describe("a database that somebody holds", () => {
  test("import and a second agent are refused with the agent's pid, queries are not", async () => {
    using place = new Place();
    const log = place.write("syslog", lines);
    const database = ["--db", place.path("trouble")];
    await using agent = startDenyscope(["agent", log, ...database]);
    await agent.says("Following a log");
    for (const command of ["import", "agent"]) {
      await expectOneLine(place, [command, log, ...database], {
        says: new RegExp(`a running agent with pid ${agent.pid} holds it`),
        advises: /stop it first, or name another with --db/,
      });
    }
    expect(await denyscope(["flows", ...database])).toMatchObject({ status: 0, stderr: "" });
    expect((await agent.end("SIGTERM")).status).toBe(0);
    expect(packetSums(place.path("trouble"))).toEqual([30, 30, 30]);
  });

  test("it is free at once when its holder is killed", async () => {
    using place = new Place();
    const log = place.write("syslog", lines);
    await using agent = startDenyscope(["agent", log, "--db", place.path("db")]);
    await agent.says("Following a log");
    await agent.end("SIGKILL");
    const { status, stderr } = await place.import(log);

    expect(status, stderr).toBe(0);
    expect(packetSums(place.path("db"))).toEqual([30, 30, 30]);
  });
});

describe("wrong usage exits with 2 and says what was expected", () => {
  test.for<[words: string, says: RegExp]>([
    ["", /Usage: denyscope/],
    ["flow", /unknown command 'flow'[^]*flows/],
    ["flows --sinse 1h", /unknown option '--sinse'[^]*--since/],
    ["flows extra", /too many arguments/],
    ["flows --from-ip 10.0.0.0/33", /--from-ip "10.0.0.0\/33": expected an address or a CIDR/],
    ["flows --from-ip 10.0.0", /--from-ip "10.0.0": expected an address or a CIDR/],
    ["flows --to-ip 2001:db8::/129", /--to-ip "2001:db8::\/129": expected/],
    ["flows --to-ip host.example", /--to-ip "host.example": expected/],
    ["flows --to-port 65536", /--to-port "65536": expected a port from 0 to 65535/],
    ["flows --to-port http", /--to-port "http": expected/],
    ["flows --protocol foo", /--protocol "foo": expected a number from 0 to 255 or one of/],
    ["flows --protocol 256", /--protocol "256": expected/],
    ["flows --direction up", /--direction "up": expected one of ingress/],
    ["flows --since yesterday", /--since "yesterday": expected a duration .* or an RFC 3339/],
    ["flows --until 2026-13-01T00:00:00Z", /--until "2026-13-01T00:00:00Z": expected/],
    ["flows --since 2026-02-30", /--since "2026-02-30": expected/],
    ["flows --not", /--not/],
    ["flows --limit many", /--limit .*many.* expected a whole number/],
    ["flows --limit -1", /--limit .*-1.* expected a whole number/],
    ["flows --sort size", /--sort .*packets/],
    ["flows -o xml", /Allowed choices are table/],
    ["top", /missing required argument/],
    ["top host", /Allowed choices are src/],
    ["import", /missing required argument 'file'/],
    ["import log --commit-every 0", /expected a positive number/],
    ["import log --commit-every some", /expected a positive number/],
    ["import log --timezone Mars/Olympus", /"Mars\/Olympus" for --timezone.*IANA time zone/],
    ["agent --from middle", /--from .*(Allowed choices|expected)/],
    ["agent --log-level loud", /--log-level/],
    ["status -o csv", /Allowed choices are table/],
    ["flows --config /nonexistent/denyscope.yaml", /"\/nonexistent\/denyscope.yaml"/],
  ])("denyscope %s", async ([words, says]) => {
    using place = new Place();
    writeFileSync(place.path("log"), lines.join(""));
    const args = words.split(" ").filter((word) => word !== "");
    const { status, stdout, stderr } = await denyscope(args, {
      through: ["env", `DENYSCOPE_DB=${place.path("db")}`],
    });

    expect(stderr).toMatch(says);
    expect(stdout).toBe("");
    expect(status).toBe(2);
  });
});

const tooOld = oldNode();

needs("a Node that is too old", tooOld === undefined ? "The system has none." : undefined);

test.skipIf(tooOld === undefined)("an old Node gets a sentence, not a syntax error", async () => {
  const { status, stdout, stderr } = await denyscope(["version"], { node: tooOld! });

  expect(stderr).toMatch(/^Cannot run denyscope on Node \d+\.\d+\.\d+: 24\.12 or newer .*\n$/);
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
});

async function expectOneLine(
  place: Place,
  args: readonly string[],
  { says, advises }: Pick<Case, "says" | "advises">,
  through: readonly string[] = [],
): Promise<void> {
  const { status, stdout, stderr } = await denyscope(args, { through });

  expect(stderr).toMatch(/^Cannot .*\n/);
  expect(stderr).toContain(place.path("trouble"));
  expect(stderr).toMatch(says);
  expect(stderr).toMatch(advises);
  expect(stderr.trimEnd().split("\n"), "one line").toHaveLength(1);
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
}

function writing(path: string): Database.Database & Disposable {
  const database = new Database(path);
  return Object.assign(database, { [Symbol.dispose]: () => database.close() });
}
