/**
 * kubelet gives a pod of a file on its node a hash instead of a UUID (kubelet/config,
 * applyDefaults()), and its name the node's behind a hyphen.
 */
const hashed = /^[0-9a-f]{32}$/;

/**
 * The node that the name of a static pod ends in; empty where it is none of `nodes`, undefined for
 * any other pod.
 */
export function nodeOfStaticPod(
  { name, uid }: { readonly name: string; readonly uid: string },
  nodes: ReadonlySet<string>,
): string | undefined {
  if (!hashed.test(uid)) return undefined;
  for (let at = name.indexOf("-"); at > 0; at = name.indexOf("-", at + 1)) {
    const node = name.slice(at + 1);
    if (node !== "" && nodes.has(node)) return node;
  }
  return "";
}
