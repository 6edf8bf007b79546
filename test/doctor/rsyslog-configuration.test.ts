import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { provesKernel, routeOfKernel } from "../../src/doctor/facts/route-of-kernel.ts";
import { readRsyslogConfiguration } from "../../src/doctor/facts/rsyslog-configuration.ts";
import { LocalMachine } from "../../src/doctor/local-machine.ts";
import { TemporaryFolder } from "../follow/temporary-folder.ts";

const log = "/var/log/syslog";

/** What is read of a node that has these files. */
function configurationOf(files: Readonly<Record<string, string>>) {
  using folder = new TemporaryFolder();
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(folder.path, dirname(path)), { recursive: true });
    writeFileSync(join(folder.path, path), content);
  }
  return readRsyslogConfiguration(new LocalMachine(folder.path, Date.now), "/etc/rsyslog.conf");
}

const configured = (text: string) => configurationOf({ "/etc/rsyslog.conf": text })!;

describe("readRsyslogConfiguration()", () => {
  test("reads what is included, in both ways", () => {
    const found = configurationOf({
      "/etc/rsyslog.conf": [
        "$IncludeConfig /etc/rsyslog.d/*.conf",
        'include(file="/etc/more/" mode="optional")',
        'include(file="/etc/none/*.conf" mode="optional")',
        "",
      ].join("\n"),
      "/etc/rsyslog.d/a.conf": 'module(load="imklog" permitnonkernelfacility="on")',
      "/etc/rsyslog.d/b.txt": "$ModLoad imjournal",
      "/etc/more/c": "$ModLoad imuxsock.so",
    });
    expect(found?.files).toBe(3);
    expect([...(found?.modules ?? [])]).toEqual(["imklog", "imuxsock"]);
  });

  test("leaves comments out, and no # of a text", () => {
    const { text, modules } = configured(
      `#module(load="imklog")\nif $msg contains "#1" then stop # no\n`,
    );
    expect([...modules]).toEqual([]);
    expect(text).toBe('\nif $msg contains "#1" then stop \n');
  });

  test.for<[string, Readonly<Record<string, string>>]>([
    ["the file is missing", {}],
    ["files include one another", { "/etc/rsyslog.conf": "$IncludeConfig /etc/rsyslog.conf" }],
  ])("gives nothing where %s", ([, files]) => {
    expect(configurationOf(files)).toBeUndefined();
  });

  test("takes any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => configured(text) !== null),
      { numRuns: 50 },
    );
  });
});

describe("routeOfKernel()", () => {
  test.for<[string, string]>([
    ["*.*;auth,authpriv.none -/var/log/syslog", "yes"],
    ["*.*;auth,authpriv.none\t\t-/var/log/syslog", "yes"],
    ["kern.* /var/log/syslog", "yes"],
    ["*.info;mail.none;authpriv.none;cron.none /var/log/syslog", "yes"],
    ["*.=notice /var/log/syslog", "yes"],
    ["auth,kern.notice /var/log/syslog", "yes"],
    ["*.*;kern.none /var/log/syslog", "no"],
    ["*.*;kern.!=notice /var/log/syslog", "no"],
    ["*.err /var/log/syslog", "no"],
    ["mail.* /var/log/syslog", "no"],
    ["*.=debug /var/log/syslog", "no"],
    ["*.*;kern.none /var/log/syslog\nkern.warn /var/log/kern.log", "no"],
    ["*.*;kern.none /var/log/syslog\nkern.* /var/log/syslog", "yes"],
    ["kern.* /var/log/kern.log", "unnamed"],
    ["*.* ?PerHost", "unclear"],
    ['action(type="omfile" dynafile="perHost")', "unclear"],
    ['if $msg contains "IN=" then /var/log/syslog', "unclear"],
    [':msg, contains, "IN=" /var/log/syslog', "unclear"],
    ['*.* action(type="omfile" file="/var/log/syslog")', "yes"],
    ['kern.none action(type="omfile" file="/var/log/syslog")', "no"],
    ["", "unnamed"],
  ])("%s: %s", ([text, route]) => {
    expect(routeOfKernel(configured(text), log)).toBe(route);
  });
});

describe("provesKernel()", () => {
  test.for<[string, boolean]>([
    [`if $inputname == "imklog" then ${log}`, true],
    [`if ($inputname == 'imklog') then { action(type="omfile" file="${log}") }`, true],
    [`if $inputname == "imklog" then {\n  action(type="omfile"\n    file="${log}")\n}`, true],
    [`if $inputname == "imklog" or $msg contains "IN=" then ${log}`, false],
    [`if $inputname == "imuxsock" then ${log}`, false],
    [`if $inputname == "imklog" then ${log}\n*.* ${log}`, false],
    [`kern.* ${log}`, false],
    ["", false],
  ])("%s: %s", ([text, isProven]) => {
    expect(provesKernel(configured(text), log)).toBe(isProven);
  });
});
