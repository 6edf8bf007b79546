import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { Place } from "./import-place.ts";
import { denialLines } from "./log-lines.ts";
import { needs, programMissing } from "./machine.ts";
import { program, programEnvironment } from "./built-program.ts";
import { outputOf } from "./program.ts";

const place = new Place();
const database = place.path("db");

beforeAll(async () => {
  mkdirSync(place.path("pods"));
  for (const pod of ["shop_web-0_u1", "shop_database-0_u2", "billing_api-7f9c-x_u3"]) {
    mkdirSync(place.path(`pods/${pod}`));
  }
  await place.import(place.write("log", denialLines({ lines: 3 })), "--pods", place.path("pods"));
  return () => place[Symbol.dispose]();
});

type Case = readonly [typed: string, found: readonly string[]];

const cases: readonly Case[] = [
  ["fl", ["flows"]],
  ["forward t", ["test"]],
  ["doc", ["doctor"]],
  ["doctor --so", ["--source"]],
  ["doctor -o w", ["wide"]],
  ["completion b", ["bash"]],
  ["pol", ["policy"]],
  ["policy l", ["log"]],
  ["policy log --n", ["--namespace"]],
  ["policy log -o ", ["json", "yaml"]],
  ["top dst --dir", ["--direction"]],
  ["top to-n", ["to-namespace", "to-network"]],
  ["flows -o js", ["json", "jsonl"]],
  ["flows --direction host", ["host-egress", "host-ingress"]],
  ["flows --not --protocol ic", ["icmp", "icmpv6"]],
  ["flows --sort f", ["firstSeen", "flows"]],
  ["observe --db DB --namespace ", ["billing", "shop"]],
  ["observe --db DB --from-pod shop/", ["shop/database-0", "shop/web-0"]],
  ["flows --db DB --node w", ["worker-1"]],
  ["flows --db DB --to-network pr", ["private"]],
  ["flows --db DB --prefix calico", ["calico-packet"]],
];

describe("completion words", () => {
  test.for(cases)("%s", async ([typed, found]) => {
    const words = typed.replace("DB", database).split(" ");
    const shown = await outputOf(["completion", "words", "--", ...words]);
    expect(shown.split("\n").slice(0, -1)).toEqual(found);
  });

  test("offers nothing where it cannot know", async () => {
    const words = ["flows", "--db", place.path("none"), "--pod", ""];
    expect(await outputOf(["completion", "words", "--", ...words])).toBe("");
  });
});

const run = `'${process.execPath}' '${program}'`;

/** A real shell that has read its script, asked for what the tab key gives. */
const shells = {
  bash: (typed: string) => `
    denyscope() { ${run} "$@"; }
    source <(denyscope completion bash)
    IFS=' '; COMP_WORDS=(denyscope ${typed}); [[ '${typed}' == *' ' ]] && COMP_WORDS+=('')
    COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _denyscope; printf '%s\\n' "\${COMPREPLY[@]}"`,
  zsh: (typed: string) => `
    denyscope() { ${run} "$@" }
    compdef() {}; compadd() { shift; print -l -- "$@" }; _files() {}
    eval "$(denyscope completion zsh)"
    words=(denyscope \${=:-${typed}}); [[ '${typed}' == *' ' ]] && words+=('')
    CURRENT=$#words; _denyscope`,
  fish: (typed: string) => `
    function denyscope; ${run} $argv; end
    denyscope completion fish | source
    complete -C 'denyscope ${typed}'`,
} as const;

for (const [shell, scriptOf] of Object.entries(shells)) {
  const missing = programMissing(shell);
  needs(shell, missing);
  describe.skipIf(missing !== undefined)(`in ${shell}`, () => {
    const some = cases
      .filter(([, found]) => found.length > 0)
      .filter((_, index) => index % 3 === 0);
    test.for(some)("%s", ([typed, found]) => {
      const flags = shell === "zsh" ? ["-f", "-c"] : ["-c"];
      const script = scriptOf(typed.replace("DB", database));
      const shown = execFileSync(shell, [...flags, script], {
        env: { ...programEnvironment, HOME: place.path("home") },
        encoding: "utf8",
      });
      const words = shown
        .trimEnd()
        .split("\n")
        .map((line) => line.split("\t")[0]);
      expect(words).toEqual(found);
    });
  });
}
