/** What a pod belongs to. Where a kind is not told by the name, it is left out. */
export type Workload = {
  readonly name: string;
  readonly kind?: "Deployment" | "StatefulSet" | "CronJob";
};

/** Characters of generated names (k8s.io/apimachinery, util/rand): no vowels, no 0, 1 and 3. */
const suffix = "[bcdfghjklmnpqrstvwxz2456789]{5}";
/** SafeEncodeString() of a decimal number of 32 bits: ten of those characters. */
const templateHash = "[4-9bcdf]{6,10}";

const deployment = new RegExp(`^(.+)-${templateHash}-${suffix}$`);
/** Minutes since the epoch, or seconds before Kubernetes 1.21; with the index of an Indexed Job. */
const cronJob = new RegExp(String.raw`^(.+)-\d{8,10}(?:-\d{1,10})?-${suffix}$`);
const generated = new RegExp(`^(.+)-${suffix}$`);
const statefulSet = /^(.+)-(?:0|[1-9]\d{0,4})$/;

/**
 * The workload that the name of a pod speaks of: a conclusion from how Kubernetes makes names,
 * which anybody may choose otherwise. Undefined where the name speaks of none. `staticOn` is the
 * node of a static pod, and empty where that is not known.
 */
export function workloadOf(pod: string, staticOn?: string): Workload | undefined {
  if (staticOn === "") return undefined;
  if (staticOn !== undefined) return { name: pod.slice(0, -`-${staticOn}`.length) };
  const named = (pattern: RegExp) => pattern.exec(pod)?.[1];
  const ofDeployment = named(deployment);
  if (ofDeployment !== undefined) return { name: ofDeployment, kind: "Deployment" };
  const ofCronJob = named(cronJob);
  if (ofCronJob !== undefined) return { name: ofCronJob, kind: "CronJob" };
  // A DaemonSet, a Job and a bare ReplicaSet name their pods alike.
  const ofOther = named(generated);
  if (ofOther !== undefined) return { name: ofOther };
  const ofStatefulSet = named(statefulSet);
  return ofStatefulSet === undefined ? undefined : { name: ofStatefulSet, kind: "StatefulSet" };
}
