import { describe, expect, test } from "vitest";
import { examinationText } from "../../../src/commands/output/examination-text.ts";
import type { Examination } from "../../../src/doctor/examine.ts";

const problem = {
  level: "problem",
  check: "source",
  name: "source-missing",
  seen: "/var/log/\u001b[2Jsyslog does not exist",
  means: "there is nothing to read",
  mend: ["ls -l '/var/log/\u202esyslog'", "denyscope agent"],
} as const;
const unknown = {
  level: "unknown",
  check: "rules",
  seen: "no rule can be seen",
  needs: "root",
} as const;
const ok = { level: "ok", check: "clock", seen: "the last line is of today" } as const;
const all: Examination = { healthy: false, findings: [problem, unknown, ok] };

describe("examinationText()", () => {
  test("problems, what they mean, and commands to copy; nothing that a terminal would obey", () => {
    expect(
      examinationText(all, false, undefined),
    ).toBe(`1 problem, 1 not to be seen from here, 1 fine

problem: source-missing: /var/log/\\x1b[2Jsyslog does not exist
  It means: there is nothing to read
    ls -l '/var/log/\\u{202e}syslog'
    denyscope agent

unknown: rules: no rule can be seen
  To see it: root
`);
  });

  test("what is fine only where it is asked for", () => {
    expect(examinationText(all, true, undefined)).toContain(
      "\nok: clock: the last line is of today\n",
    );
  });

  test("a command is on one line, however narrow the terminal", () => {
    const text = examinationText(all, false, 20);
    expect(text).toContain("\n    ls -l '/var/log/\\u{202e}syslog'\n");
    expect(text).toContain("\n  It means: there is\n  nothing to read\n");
  });

  test("what to do next", () => {
    const next = { text: "Cause one.", commands: ["kubectl run"] };
    expect(examinationText({ healthy: true, findings: [ok], next }, false, undefined)).toBe(
      "No problem was found, 1 fine\n\nCause one.\n    kubectl run\n",
    );
  });
});
