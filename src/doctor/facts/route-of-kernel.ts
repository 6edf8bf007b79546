import type { RsyslogConfiguration } from "./rsyslog-configuration.ts";

/** The level that Felix logs with, `notice`; what a selector must let through. */
const NOTICE = 5;
const severities = "emerg alert crit err warning notice info debug".split(" ");
const others: Readonly<Record<string, string>> = { panic: "emerg", error: "err", warn: "warning" };

/**
 * Whether rsyslog writes the kernel's messages to a file, by its configuration: `unnamed` when no
 * rule names the file, `unclear` when one does in a way that is not understood here.
 */
export type KernelRoute = "yes" | "no" | "unclear" | "unnamed";

export function routeOfKernel({ text }: RsyslogConfiguration, log: string): KernelRoute {
  const lines = text.split("\n").filter((line) => line.includes(log));
  if (lines.length === 0) return /dynafile|\s\?\w/i.test(text) ? "unclear" : "unnamed";
  const routes = lines.map((line) => {
    const [, selector] = /^\s*([\w*,;.=!]+\.[\w*=!]+)\s/.exec(line) ?? [];
    if (selector === undefined) return "unclear";
    return letsKernelThrough(selector) ? "yes" : "no";
  });
  return routes.find((route) => route === "yes") ?? routes.find((each) => each !== "no") ?? "no";
}

/** Whether only what the kernel itself wrote comes to a file. */
export function provesKernel({ text }: RsyslogConfiguration, log: string): boolean {
  const mentions = text.split(log).length - 1;
  const condition =
    /if\b[^{}\n]*\$inputname\s*==\s*["']imk(?:log|msg)["'][^{}]*?(?:\{[^{}]*\}|\n|$)/g;
  const proven = [...text.matchAll(condition)].filter(
    ([rule]) => rule.includes(log) && !/\bor\b/.test(rule),
  );
  return mentions > 0 && mentions === proven.length;
}

/** rsyslog.conf(5): facilities, a point, a severity; of several, the last that fits counts. */
function letsKernelThrough(selector: string): boolean {
  let isThrough = false;
  for (const part of selector.split(";")) {
    const at = part.lastIndexOf(".");
    const facilities = part.slice(0, at).split(",");
    if (!facilities.includes("*") && !facilities.includes("kern")) continue;
    isThrough = fits(part.slice(at + 1), isThrough);
  }
  return isThrough;
}

function fits(severity: string, before: boolean): boolean {
  const [, not = "", exactly = "", word = ""] = /^(!?)(=?)(.*)$/.exec(severity) ?? [];
  if (word === "none") return false;
  const level = severities.indexOf(others[word] ?? word);
  const isMatch = word === "*" || (exactly === "=" ? level === NOTICE : level >= NOTICE);
  return not === "!" ? before && !isMatch : before || isMatch;
}
