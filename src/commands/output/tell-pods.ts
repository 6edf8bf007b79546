import { printable } from "../../model/printable.ts";

/** Says why pods have no names, which does not keep anything else from being done. */
export function tellPods(stderr: NodeJS.WritableStream, directory: string, reason: string): void {
  stderr.write(`No names of pods from "${printable(directory)}": ${printable(reason)}\n`);
}
