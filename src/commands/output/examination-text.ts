import type { Examination } from "../../doctor/examine.ts";
import type { Finding } from "../../doctor/finding.ts";
import { printable } from "../../model/printable.ts";
import { countOf } from "../../query/output/wording.ts";
import { wrapped } from "./wrapped.ts";

const INDENT = 2;
const COMMAND_INDENT = 4;

/** What doctor found, for people: problems first, what is fine only where `isWide`. */
export function examinationText(
  { findings, next }: Examination,
  isWide: boolean,
  width: number | undefined,
): string {
  const amiss = findings.filter(({ level }) => level !== "ok");
  const texts = amiss.map((finding) => textOf(finding, width));
  const fine = findings.filter(({ level }) => isWide && level === "ok");
  if (fine.length > 0) texts.push(fine.map((finding) => textOf(finding, width)).join(""));
  const more =
    next === undefined ? [] : [`${wrapped(next.text, 0, width)}${commands(next.commands)}`];
  return [headline(findings), ...texts, ...more].join("\n");
}

function headline(findings: readonly Finding[]): string {
  const countBy = (level: Finding["level"]) =>
    findings.filter((finding) => finding.level === level).length;
  const problems = countBy("problem");
  const parts = [
    problems === 0 ? "No problem was found" : countOf(problems, "problem"),
    ...(countBy("note") === 0 ? [] : [countOf(countBy("note"), "note")]),
    ...(countBy("unknown") === 0 ? [] : [`${countBy("unknown")} not to be seen from here`]),
    `${countBy("ok")} fine`,
  ];
  return `${parts.join(", ")}\n`;
}

function textOf(finding: Finding, width: number | undefined): string {
  const { check, seen } = finding;
  switch (finding.level) {
    case "ok":
      return wrapped(`ok: ${check}: ${printable(seen)}`, 0, width);
    case "unknown":
      return (
        wrapped(`unknown: ${check}: ${printable(seen)}`, 0, width) +
        wrapped(`To see it: ${printable(finding.needs)}`, INDENT, width)
      );
    case "problem":
    case "note":
      return (
        wrapped(`${finding.level}: ${finding.name}: ${printable(seen)}`, 0, width) +
        wrapped(`It means: ${printable(finding.means)}`, INDENT, width) +
        commands(finding.mend)
      );
  }
}

/** Never broken: they are there to be copied. */
function commands(lines: readonly string[]): string {
  return lines.map((line) => `${" ".repeat(COMMAND_INDENT)}${printable(line)}\n`).join("");
}
