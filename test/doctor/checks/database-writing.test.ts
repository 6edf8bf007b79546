import { chmodSync, mkdirSync, statSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { databaseWritingCheck } from "../../../src/doctor/checks/database-writing.ts";
import { NodeFolder } from "../node-folder.ts";

const PID = 812;
type Who = "owner" | "other" | "root";

/** What is found of an agent that has a database in a folder, with these modes. */
async function findings(who: Who, folderMode: number, fileMode: number) {
  using node = new NodeFolder({ "state/db": "" });
  const [folder, file] = [node.path("state"), node.path("state/db")];
  const { uid, gid } = statSync(folder);
  const user = who === "owner" ? uid : uid + 1;
  const capabilities = who === "root" ? "000001ffffffffff" : "0";
  node.write(
    `proc/${PID}/status`,
    `Uid: 1 2 3 ${user}\nGid: 1 2 3 ${gid + 1}\nGroups:\nCapEff: ${capabilities}\n`,
  );
  chmodSync(folder, folderMode);
  chmodSync(file, fileMode);
  const seen = { holder: PID, blockers: [], content: { state: "beginning" } } as const;
  const evidence = { ...(await node.evidence({ db: "/state/db" })), database: () => seen };
  const found = await databaseWritingCheck(evidence);
  return found.map((each) => each.seen.replace(node.path("."), ""));
}

describe("databaseWritingCheck()", () => {
  test.for<[Who, number, number, string | undefined]>([
    ["owner", 0o755, 0o644, undefined],
    ["other", 0o777, 0o666, undefined],
    ["root", 0o555, 0o444, undefined],
    ["other", 0o755, 0o666, "/state"],
    ["owner", 0o555, 0o644, "/state"],
    // An import by root has made it.
    ["other", 0o777, 0o644, "/state/db"],
  ])("an agent that is %s, modes %o and %o: refused %s", async ([who, folder, file, path]) => {
    const found = await findings(who, folder, file);
    expect(found.map((seen) => seen.replace(/.* may not write to /, ""))).toEqual(
      path === undefined ? [] : [path],
    );
  });

  test("without an agent it is looked at as this user", async () => {
    using node = new NodeFolder();
    mkdirSync(node.path("state"));
    const evidence = await node.evidence({ db: "/state/denyscope/db" });
    expect(await databaseWritingCheck(evidence)).toEqual([]);
  });
});
