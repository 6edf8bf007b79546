import { settingDefaults } from "../config/settings.ts";
import { PodWatch } from "../identify/pod-watch.ts";
import type { PodChanges } from "../model/known-pod.ts";
import { describeUnreadable } from "../telemetry/why-unreadable.ts";
import { noPods } from "./agent-names.ts";

/**
 * The pods that are on this machine now, for lines that are read once; none where it is no node.
 * `tell` gets why a directory cannot be read. `now` is microseconds since the epoch.
 */
export function podsNow(
  directory: string,
  now: number,
  tell: (reason: string) => void,
): readonly PodChanges[] {
  if (directory === noPods) return [];
  const watch = new PodWatch(directory, {
    podsReadable: () => undefined,
    podsUnreadable: (_, error) => {
      // Logs are read on machines that are no node: who names another directory has one.
      if (error.code === "ENOENT" && directory === settingDefaults.pods) return;
      tell(describeUnreadable(directory, error));
    },
    podsTooMany: (_, pods) => tell(`there are ${pods}, which is too many for all of them`),
  });
  const all: PodChanges[] = [];
  for (let some = watch.look(now); some !== undefined; some = watch.look(now)) {
    // Others may have been there.
    all.push({ ...some, isComplete: false });
  }
  return all;
}
