import { listed } from "../listed.ts";
import type { Situation } from "../situation.ts";
import { title } from "../title.ts";

/** A Log policy in another namespace than its policy isolates pods that nothing else selects. */
export function withoutNamespace({ logs }: Situation): string[] {
  const nameless = logs.filter(
    ({ sources: [{ kind, namespace }] }) => kind === "NetworkPolicy" && namespace === undefined,
  );
  if (nameless.length === 0) return [];
  const policies = nameless.flatMap(({ sources }) => sources);
  return [
    `${listed(policies.map(title))} ${policies.length === 1 ? "names" : "name"} no namespace, ` +
      "and in another one the Log policy isolates pods that nothing else selects: name it with " +
      "-n, or apply both to the same",
  ];
}
