import { describe, expect, test } from "vitest";
import { isReadOnly } from "../../src/doctor/facts/read-only.ts";
import { LocalMachine } from "../../src/doctor/local-machine.ts";

const PID = 812;

/** The mounts of two processes of this machine. */
function machineWith(own: readonly string[], agent: readonly string[]): LocalMachine {
  const texts = new Map([
    ["/proc/self/mountinfo", own],
    [`/proc/${PID}/mountinfo`, agent],
  ]);
  return new (class extends LocalMachine {
    override read(file: string) {
      const lines = texts.get(file);
      return lines === undefined
        ? ({ state: "missing" } as const)
        : ({ state: "read", text: `${lines.join("\n")}\n` } as const);
    }
  })("/", () => 0);
}

const mount = (point: string, options = "rw", fileSystem = "rw") =>
  `42 26 7:0 / ${point} ${options},relatime shared:1 - ext4 /dev/vda ${fileSystem}`;
const root = mount("/");

describe("isReadOnly()", () => {
  test.for<[readonly string[], boolean]>([
    [[], false],
    [[root], false],
    [[mount("/", "ro")], true],
    [[mount("/", "rw", "ro")], true],
    // An error of the disk, and what is done then.
    [[mount("/", "rw", "rw,errors=remount-ro")], false],
    [[mount("/", "rw", "rw,errors=remount-ro,emergency_ro")], true],
    [[mount("/", "ro"), mount("/state")], false],
    [[root, mount("/state", "ro")], true],
    [[root, mount("/sta", "ro")], false],
    [[root, mount("/state", "ro"), mount("/state")], false],
  ])("%j: %s", ([mounts, is]) => {
    expect(isReadOnly(machineWith(mounts, []), "/state/db", undefined)).toBe(is);
  });

  test.for<[readonly string[], readonly string[], boolean]>([
    [[root], [root, mount("/state", "ro")], true],
    // Who looks need not be able to write.
    [[mount("/", "ro")], [root], false],
    [[mount("/", "ro")], [], false],
    [[mount("/", "rw", "emergency_ro")], [], true],
  ])("%j, and %j of the agent: %s", ([own, agent, is]) => {
    expect(isReadOnly(machineWith(own, agent), "/state/db", PID)).toBe(is);
  });
});
