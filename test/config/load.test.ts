import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadSettings } from "../../src/config/load.ts";
import type { RawSettings, Settings } from "../../src/config/settings.ts";
import type { Network } from "../../src/model/network.ts";
import { TemporaryFolder } from "../follow/temporary-folder.ts";

type Written = {
  readonly flags?: RawSettings;
  readonly environment?: Readonly<Record<string, string>>;
  readonly file?: string;
};

/** What comes of flags, environment and file; an empty file keeps the machine's own out. */
async function load({ flags = {}, environment = {}, file = "" }: Written): Promise<Settings> {
  using folder = new TemporaryFolder();
  return await loadSettings(flags, environment, folder.write("config.yaml", file));
}

/** The message of a refusal, without the name of the temporary file. */
async function refusal(written: Written): Promise<string> {
  try {
    await load(written);
  } catch (error) {
    expect(error).toBeInstanceOf(RangeError);
    return (error as RangeError).message.replace(/"[^"]*config\.yaml"/, '"config.yaml"');
  }
  throw new Error("Nothing was refused");
}

const isRoot = process.getuid?.() === 0;

describe("loadSettings()", () => {
  test("has a default for everything", async () => {
    const { db, timezone, ...rest } = await load({});
    expect(db).toMatch(/\/denyscope\/denyscope\.db$/);
    expect(timezone).toBe(new Intl.DateTimeFormat().resolvedOptions().timeZone);
    expect(rest).toEqual({
      node: undefined,
      deniedPrefixes: ["calico-packet*", "calico-drop*"],
      prefixTemplate: undefined,
      followUpPrefix: "calico-response",
      logLevel: "info",
      from: "start",
      rotateWait: 60,
      source: "auto",
      listen: "127.0.0.1:9464",
      files: [],
      keepMinutes: "7d",
      keepHours: "90d",
      keepDays: "400d",
      databaseBytesMax: "1GiB",
      flowsPerMinuteMax: 50_000,
      forward: [],
      forwardInterval: "1m",
      forwardHistory: false,
      spoolBytesMax: "256MiB",
      keepSpool: "7d",
      pods: "/var/log/pods",
      podInterfaces: ["cali", "eni", "gke", "azv"],
      networks: [],
      nodeAddresses: [],
      notes: expect.stringMatching(/denyscope\/notes\.yaml$/) as unknown,
    });
  });

  test.runIf(isRoot)("keeps root's database where services keep theirs", async () => {
    const { db } = await load({ environment: { XDG_STATE_HOME: "/state" } });
    expect(db).toBe("/var/lib/denyscope/denyscope.db");
  });

  test.skipIf(isRoot)("keeps a user's database in the state folder", async () => {
    const { db } = await load({ environment: { XDG_STATE_HOME: "/state" } });
    expect(db).toBe("/state/denyscope/denyscope.db");
  });

  const file = "db: /file.db\nnode: file\nlogLevel: warn\nfiles: [/a, /b]\n";
  const environment = { DENYSCOPE_DB: "/environment.db", DENYSCOPE_NODE: "environment" };
  test.each<[string, Written, Partial<Settings>]>([
    ["the file", { file }, { db: "/file.db", node: "file", logLevel: "warn", files: ["/a", "/b"] }],
    [
      "the environment over the file",
      { file, environment },
      { db: "/environment.db", node: "environment", logLevel: "warn" },
    ],
    [
      "flags over the environment and the file",
      { file, environment, flags: { db: "/flag.db" } },
      { db: "/flag.db", node: "environment", logLevel: "warn" },
    ],
    ["no flag that was not given", { file, flags: { db: undefined } }, { db: "/file.db" }],
    ["no empty environment", { file, environment: { DENYSCOPE_DB: "" } }, { db: "/file.db" }],
    [
      "every variable",
      {
        environment: {
          DENYSCOPE_TIMEZONE: "Europe/Berlin",
          DENYSCOPE_DENIED_PREFIXES: "deny-*, [UFW BLOCK]",
          DENYSCOPE_PREFIX_TEMPLATE: "deny %t,%k,%n",
          DENYSCOPE_FOLLOW_UP_PREFIX: "deny",
          DENYSCOPE_LOG_LEVEL: "debug",
          DENYSCOPE_FROM: "end",
          DENYSCOPE_SOURCE: "kmsg",
          DENYSCOPE_LISTEN: "0.0.0.0:9464",
          DENYSCOPE_FILES: "/var/log/kern.log,/var/log/messages",
          DENYSCOPE_PODS: "/host/var/log/pods",
          DENYSCOPE_POD_INTERFACES: "cali, cni",
          DENYSCOPE_NODE_ADDRESSES: "10.0.0.1, 2001:db8::1",
        },
      },
      {
        timezone: "Europe/Berlin",
        deniedPrefixes: ["deny-*", "[UFW BLOCK]"],
        prefixTemplate: "deny %t,%k,%n",
        followUpPrefix: "deny",
        logLevel: "debug",
        from: "end",
        source: "kmsg",
        listen: "0.0.0.0:9464",
        files: ["/var/log/kern.log", "/var/log/messages"],
        pods: "/host/var/log/pods",
        podInterfaces: ["cali", "cni"],
        nodeAddresses: ["10.0.0.1", "2001:db8::1"],
      },
    ],
    ["a file of comments", { file: "# nothing\n" }, { logLevel: "info" }],
  ])("takes %s", async (_, written, expected) => {
    expect(await load(written)).toMatchObject(expected);
  });

  test("reads the file that the environment names, or rather the one of a flag", async () => {
    using folder = new TemporaryFolder();
    const named = { DENYSCOPE_CONFIG: folder.write("environment.yaml", "node: environment\n") };
    expect(await loadSettings({}, named, undefined)).toMatchObject({ node: "environment" });
    const flag = folder.write("flag.yaml", "node: flag\n");
    expect(await loadSettings({}, named, flag)).toMatchObject({ node: "flag" });
  });
});

describe("networks", () => {
  const named = (networks: readonly Network[]) => networks.map(({ name, block }) => [name, block]);
  const office = [
    ["office", "192.0.2.0/24"],
    ["office", "2001:db8::/32"],
    ["vpc", "10.0.0.0/8"],
  ];

  test("stand in the file of the settings", async () => {
    const file = "networks:\n  office: [192.0.2.0/24, 2001:db8::/32]\n  vpc: 10.0.0.0/8\n";
    expect(named((await load({ file })).networks)).toEqual(office);
  });

  test("stand in a file of their own", async () => {
    using folder = new TemporaryFolder();
    const content = "# ours\noffice:\n  - 192.0.2.0/24\n  - 2001:db8::/32\nvpc: 10.0.0.0/8\n";
    const networks = folder.write("networks.yaml", content);
    expect(named((await load({ flags: { networks } })).networks)).toEqual(office);
    expect(named((await load({ environment: { DENYSCOPE_NETWORKS: networks } })).networks)).toEqual(
      office,
    );
    const empty = folder.write("empty.yaml", "");
    expect((await load({ flags: { networks: empty } })).networks).toEqual([]);
  });

  test.for([
    ["networks:\n  office: [192.0.2.0/24, 2001:db8::/32]\n  vpc: 10.0.0.0/8\n", office],
    ["networks:\n", []],
    // One may be called so.
    ["networks: 192.0.2.0/24\n", [["networks", "192.0.2.0/24"]]],
    ["networks: [192.0.2.0/24]\n", [["networks", "192.0.2.0/24"]]],
  ] as const)("may stand there as in the file of the settings: %j", async ([content, expected]) => {
    using folder = new TemporaryFolder();
    const networks = folder.write("networks.yaml", content);
    expect(named((await load({ flags: { networks } })).networks)).toEqual(expected);
  });

  test("of which one cannot be used are refused, and the file is named", async () => {
    using folder = new TemporaryFolder();
    const networks = folder.write("networks.yaml", "office: 192.0.2.0/33\n");
    await expect(load({ flags: { networks } })).rejects.toThrow(
      'Cannot use "192.0.2.0/33" for network "office": expected an address or a CIDR block such ' +
        `as 10.0.0.0/8, in "${networks}"`,
    );
    const config = folder.write("config.yaml", "networks:\n  vpc: 10.0.0.0/8\nnode: worker-1\n");
    await expect(load({ flags: { networks: config } })).rejects.toThrow(
      'Cannot read networks: "node" stands beside "networks"; name a configuration with ' +
        `--config, in "${config}"`,
    );
    const text = folder.write("text.yaml", "office\n");
    await expect(load({ flags: { networks: text } })).rejects.toThrow(
      `Cannot read networks: expected "name: CIDR" lines, in "${text}"`,
    );
    await expect(load({ flags: { networks: "/nonexistent" } })).rejects.toThrow(
      'Cannot read networks "/nonexistent": ENOENT: no such file or directory',
    );
  });
});

describe("loadSettings() refuses", () => {
  test.each([
    ["nods: x", 'unknown key "nods"; did you mean "node"?'],
    ["deniedPrefix: [x]", 'unknown key "deniedPrefix"; did you mean "deniedPrefixes"?'],
    ["loglevel: info", 'unknown key "loglevel"; did you mean "logLevel"?'],
    ["timeZone: UTC", 'unknown key "timeZone"; did you mean "timezone"?'],
    ["prefixTemplates: x", 'unknown key "prefixTemplates"; did you mean "prefixTemplate"?'],
    ["form: end", 'unknown key "form"; did you mean "from"?'],
    [
      "retention: 7d",
      'unknown key "retention"; expected one of db, node, timezone, deniedPrefixes, ' +
        "prefixTemplate, followUpPrefix, logLevel, from, source, listen, files, rotateWait, " +
        "keepMinutes, keepHours, keepDays, databaseBytesMax, flowsPerMinuteMax, forward, " +
        "forwardInterval, forwardHistory, spoolBytesMax, keepSpool, pods, podInterfaces, " +
        "networks, nodeAddresses, notes",
    ],
    [
      "somethingElseAltogether: 1",
      'unknown key "somethingElseAltogether"; expected one of db, node, timezone, ' +
        "deniedPrefixes, prefixTemplate, followUpPrefix, logLevel, from, source, listen, files, " +
        "rotateWait, " +
        "keepMinutes, keepHours, keepDays, databaseBytesMax, flowsPerMinuteMax, forward, " +
        "forwardInterval, forwardHistory, spoolBytesMax, keepSpool, pods, podInterfaces, " +
        "networks, nodeAddresses, notes",
    ],
  ])("the key of %j, and names the one that it resembles", async (file, expected) => {
    expect(await refusal({ file })).toBe(`Cannot use configuration "config.yaml": ${expected}`);
  });

  test.each([
    ["- a\n- b", 'expected "key: value" lines'],
    ["just text", 'expected "key: value" lines'],
    ["42", 'expected "key: value" lines'],
  ])("a file that is no mapping: %j", async (file, expected) => {
    expect(await refusal({ file })).toBe(`Cannot use configuration "config.yaml": ${expected}`);
  });

  test.each(["a: b: c", "node: [", "node: a\nnode: b", "\tnode: a"])(
    "a file that is no YAML, in one line: %j",
    async (file) => {
      const message = await refusal({ file });
      expect(message).toMatch(/^Cannot read configuration "config\.yaml": \S/);
      expect(message).not.toContain("\n");
    },
  );

  test("a file that is named and not there", async () => {
    using folder = new TemporaryFolder();
    const path = join(folder.path, "missing.yaml");
    await expect(loadSettings({}, {}, path)).rejects.toThrow(
      /^Cannot read configuration ".*missing\.yaml": /,
    );
  });

  const long = "n".repeat(254);
  test.each<[Written, string]>([
    [
      { flags: { db: "" } },
      'Cannot use "" for --db (db in a file, DENYSCOPE_DB in the environment): expected a path',
    ],
    [
      { flags: { listen: "9464" } },
      'Cannot use "9464" for --listen (listen in a file, DENYSCOPE_LISTEN in the environment): ' +
        "expected HOST:PORT such as 127.0.0.1:9464 or [::1]:9464, or none",
    ],
    [
      { file: "db: 5" },
      "Cannot use 5 for --db (db in a file, DENYSCOPE_DB in the environment): expected a path",
    ],
    [
      { environment: { DENYSCOPE_NODE: long } },
      `Cannot use "${long}" for --node (node in a file, DENYSCOPE_NODE in the environment): ` +
        "expected a name of at most 253 characters",
    ],
    [
      { file: "node: 12" },
      "Cannot use 12 for --node (node in a file, DENYSCOPE_NODE in the environment): " +
        "expected a name of at most 253 characters",
    ],
    [
      { flags: { timezone: "Berlin" } },
      'Cannot use "Berlin" for --timezone (timezone in a file, DENYSCOPE_TIMEZONE in the ' +
        "environment): expected an IANA time zone such as Europe/Berlin or UTC",
    ],
    [
      { file: "deniedPrefixes: calico-packet*" },
      'Cannot use "calico-packet*" for --denied-prefix (deniedPrefixes in a file, ' +
        "DENYSCOPE_DENIED_PREFIXES in the environment): expected a list of prefixes, in which * " +
        "stands for anything",
    ],
    [
      { file: "deniedPrefixes: []" },
      "Cannot use [] for --denied-prefix (deniedPrefixes in a file, DENYSCOPE_DENIED_PREFIXES " +
        "in the environment): expected a list of prefixes, in which * stands for anything",
    ],
    ...["", "calico-packet", "%x", "%n\n", `${"x".repeat(126)}%n`].map(
      (template): [Written, string] => [
        { flags: { prefixTemplate: template } },
        `Cannot use ${JSON.stringify(template)} for --prefix-template (prefixTemplate in a file, ` +
          "DENYSCOPE_PREFIX_TEMPLATE in the environment): expected the LogPrefix of Felix, with " +
          "%t (tier), %k (kind), %n (name) or %p (namespace/name) in it, of at most 127 characters",
      ],
    ),
    [
      { file: "followUpPrefix: 5" },
      "Cannot use 5 for --follow-up-prefix (followUpPrefix in a file, " +
        "DENYSCOPE_FOLLOW_UP_PREFIX in the environment): expected the " +
        "LogConnectionTransitionsPrefix of Felix, of at most 127 characters",
    ],
    [
      { environment: { DENYSCOPE_LOG_LEVEL: "verbose" } },
      'Cannot use "verbose" for --log-level (logLevel in a file, DENYSCOPE_LOG_LEVEL in the ' +
        "environment): expected one of debug, info, warn, error",
    ],
    [
      { flags: { from: "middle" } },
      'Cannot use "middle" for --from (from in a file, DENYSCOPE_FROM in the environment): ' +
        "expected start, end or a duration such as 2h",
    ],
    [
      { environment: { DENYSCOPE_FILES: "/a,,/b" } },
      'Cannot use ["/a","","/b"] for FILE (files in a file, DENYSCOPE_FILES in the ' +
        "environment): expected a list of paths",
    ],
    [
      { file: "files: [1]" },
      "Cannot use [1] for FILE (files in a file, DENYSCOPE_FILES in the environment): expected " +
        "a list of paths",
    ],
  ])("%j", async (written, expected) => {
    expect(await refusal(written)).toBe(expected);
  });
});
