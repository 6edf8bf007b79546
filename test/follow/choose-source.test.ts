import { describe, expect, test } from "vitest";
import { chooseSource, type SourceChoice } from "../../src/follow/choose-source.ts";
import type { Reach, SourceFacts } from "../../src/follow/source-facts.ts";
import type { SourceSetting } from "../../src/model/source-setting.ts";

const usable: Reach = { state: "usable", because: "is there and readable" };
const missing: Reach = { state: "missing", because: "does not exist" };
const denied: Reach = { state: "denied", because: "permission denied" };
const journal: Reach = { state: "usable", because: "journalctl reads the kernel's entries" };
const noJournal: Reach = { state: "missing", because: '"journalctl" was not found' };

function facts(logs: readonly Reach[], journald?: Reach, kmsg?: Reach): SourceFacts {
  const names = ["/var/log/syslog", "/var/log/messages", "/var/log/kern.log"];
  return { logs: logs.map((reach, index) => ({ path: names[index]!, ...reach })), journald, kmsg };
}

type Case = readonly [string, SourceSetting, SourceFacts, Omit<SourceChoice, "warnings">];

describe("chooseSource()", () => {
  test.each<Case>([
    [
      "the first log",
      "auto",
      facts([usable, usable, usable]),
      { kind: "file", paths: ["/var/log/syslog"], reason: "/var/log/syslog is there and readable" },
    ],
    [
      "a later log where the first is not there",
      "auto",
      facts([missing, usable, missing]),
      {
        kind: "file",
        paths: ["/var/log/messages"],
        reason: "/var/log/syslog does not exist; /var/log/messages is there and readable",
      },
    ],
    [
      "journald where no log is there",
      "auto",
      facts([missing, missing, missing], journal),
      {
        kind: "journald",
        paths: [],
        reason:
          "/var/log/syslog does not exist; /var/log/messages does not exist; /var/log/kern.log " +
          "does not exist; journald: journalctl reads the kernel's entries",
      },
    ],
    [
      "the kernel's buffer where nothing else is there",
      "auto",
      facts([missing], noJournal, usable),
      {
        kind: "kmsg",
        paths: ["/dev/kmsg"],
        reason:
          '/var/log/syslog does not exist; journald: "journalctl" was not found; /dev/kmsg is ' +
          "there and readable",
      },
    ],
    [
      "journald where the user says so",
      "journald",
      facts([], journal),
      { kind: "journald", paths: [], reason: "journald: journalctl reads the kernel's entries" },
    ],
    [
      "the kernel's buffer where the user says so",
      "kmsg",
      facts([], undefined, usable),
      { kind: "kmsg", paths: ["/dev/kmsg"], reason: "/dev/kmsg is there and readable" },
    ],
  ])("takes %s", (_, setting, given, expected) => {
    expect(chooseSource(setting, [], given)).toEqual({ ...expected, warnings: [] });
  });

  test("takes the files that are named, whatever else is there", () => {
    const named = ["/a", "/b"];
    for (const setting of ["auto", "file"] as const) {
      expect(chooseSource(setting, named, facts([usable], journal, usable))).toEqual({
        kind: "file",
        paths: named,
        reason: "named by the user",
        warnings: [],
      });
    }
  });

  test("refuses files for a source that has none", () => {
    expect(() => chooseSource("kmsg", ["/a"], facts([]))).toThrow(
      'Cannot use --source kmsg with "/a": it reads no files; leave one of them out',
    );
  });

  test.each<readonly [SourceFacts, SourceChoice["kind"]]>([
    [facts([denied, missing, missing], journal), "journald"],
    [facts([denied, usable]), "file"],
    [facts([denied], noJournal, usable), "kmsg"],
    [facts([denied], noJournal, denied), "file"],
  ])("warns of a log that may not be read: %#", (given, kind) => {
    const choice = chooseSource("auto", [], given);
    expect(choice.kind).toBe(kind);
    expect(choice.reason).toContain("/var/log/syslog permission denied");
    expect(choice.warnings[0]).toBe(
      "/var/log/syslog exists but cannot be read: let the agent read it (group adm on Debian), " +
        "or say with --source which other source to use",
    );
  });

  test.each<SourceSetting>(["auto", "file"])("waits for a log when %s finds nothing", (setting) => {
    const given = facts([missing, missing, missing], noJournal, missing);
    expect(chooseSource(setting, [], given)).toMatchObject({
      kind: "file",
      paths: ["/var/log/syslog"],
      warnings: ["No source of lines can be read; waiting for /var/log/syslog"],
    });
  });

  test.each<readonly [SourceSetting, string]>([
    [
      "journald",
      "The journal cannot be read: it needs the program journalctl (systemd 236 or newer) and " +
        "the group systemd-journal or adm",
    ],
    [
      "kmsg",
      "/dev/kmsg cannot be read: it needs the device, and CAP_SYSLOG where sysctl " +
        "kernel.dmesg_restrict is 1",
    ],
  ])("says what %s needs where it is chosen and cannot be read", (setting, warning) => {
    const choice = chooseSource(setting, [], facts([], noJournal, denied));
    expect([choice.kind, choice.warnings]).toEqual([setting, [warning]]);
  });
});
