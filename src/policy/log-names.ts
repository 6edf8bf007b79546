import { logPolicyName } from "./log-policy.ts";
import type { Policy } from "./policy.ts";

const charactersMax = 253;

/** Gives Log policies their names: in each namespace and tier the first has the plain one. */
export class LogNames {
  readonly #taken = new Set<string>();

  nameFor({ name, namespace, tier }: Pick<Policy, "name" | "namespace" | "tier">): string {
    // Calico takes what is before a dot for the tier (ValidateTieredPolicyName).
    const prefix = tier === "default" ? "" : `${tier}.`;
    const long = `${prefix}${logPolicyName}-${name.replaceAll(".", "-")}`;
    const cut = long.slice(0, charactersMax).replace(/-+$/, "");
    for (let attempt = 0; ; attempt++) {
      const candidate = [`${prefix}${logPolicyName}`, cut][attempt] ?? numbered(cut, attempt);
      const key = `${namespace ?? ""}/${candidate}`;
      if (this.#taken.has(key)) continue;
      this.#taken.add(key);
      return candidate;
    }
  }
}

function numbered(name: string, attempt: number): string {
  const suffix = `-${attempt}`;
  return name.slice(0, charactersMax - suffix.length) + suffix;
}
