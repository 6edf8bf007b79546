import { safeJson } from "../../query/output/safe-json.ts";
import { safeYaml } from "./safe-yaml.ts";

/** Manifests as calicoctl and kubectl write and take them. */
export function policyText(manifests: readonly object[], format: "yaml" | "json"): string {
  if (format === "json") return `${safeJson(manifests, 2)}\n`;
  return manifests.map((each) => safeYaml(each, "manifest")).join("---\n");
}
