import { describe, expect, test } from "vitest";
import { kernelRule, originCheck } from "../../../src/doctor/checks/origin.ts";
import { NodeFolder } from "../node-folder.ts";

const log = "var/log/syslog";

/** What is found of a node whose rsyslogd was told this. */
async function findingOf(configuration: string) {
  using node = new NodeFolder({
    [log]: "",
    "proc/812/comm": "rsyslogd\n",
    "proc/812/cmdline": "/usr/sbin/rsyslogd\0-n\0",
    "etc/rsyslog.conf": configuration,
  });
  const [finding] = await originCheck(await node.evidence({ files: [`/${log}`] }));
  return finding;
}

describe("originCheck()", () => {
  const imklog = 'module(load="imklog")\n';

  test("the rule that is printed proves it", async () => {
    expect(await findingOf(imklog + kernelRule(`/${log}`))).toMatchObject({ level: "ok" });
  });

  test.for<[string, string, string]>([
    ["any other rule does not", `${imklog}*.* /${log}\n`, 'inputname == "imklog"'],
    ["which the agent has to follow", `${imklog}*.* /${log}\n`, 'files: ["/var/log/kernel.log"]'],
    [
      "another rule beside it does not",
      `${imklog}${kernelRule(`/${log}`)}\n*.* /${log}\n`,
      'inputname == "imklog"',
    ],
    ["imjournal does not know", `module(load="imjournal")\n*.* /${log}\n`, "source: journald"],
  ])("%s", async ([, configuration, command]) => {
    const finding = await findingOf(configuration);
    expect(finding).toMatchObject({ level: "note", name: "origin-unproven" });
    expect("mend" in finding! ? finding.mend.join("\n") : "").toContain(command);
  });

  test.for(["journald", "kmsg"])("%s does", async (source) => {
    using node = new NodeFolder();
    expect(await originCheck(await node.evidence({ source }))).toMatchObject([{ level: "ok" }]);
  });
});
