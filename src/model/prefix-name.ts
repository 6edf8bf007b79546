/** A LOG prefix as people name it: without what separates it from the packet. */
export function prefixName(prefix: string): string {
  return prefix.replace(/[: ]+$/, "");
}
