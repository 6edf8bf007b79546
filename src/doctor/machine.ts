/** A file as it was found. */
export type FileSeen =
  | { readonly state: "read"; readonly text: string }
  | { readonly state: "missing" }
  | { readonly state: "unreadable"; readonly because: string };

/** How a program ended. */
export type Ran =
  | { readonly state: "done"; readonly output: string }
  | { readonly state: "missing" }
  | { readonly state: "denied"; readonly because: string }
  | { readonly state: "failed"; readonly because: string };

/** All that doctor may do on a machine: it looks, and changes nothing. */
export interface Machine {
  /** Microseconds since the epoch. */
  now(): number;
  /** Where a file of the node lies for this process. */
  path(file: string): string;
  /** What the node calls a file that lies there for this process. */
  onNode(path: string): string;
  /** The beginning of a file of the node, as text. */
  read(file: string): FileSeen;
  /** Names in a folder of the node; none where it cannot be listed. */
  list(folder: string): readonly string[];
  /** Whether it is a regular file of the node, or a link to one. */
  isFile(file: string): boolean;
  /** What a link of the node leads to. */
  link(file: string): string | undefined;
  /** Runs a program of the node to its end, for a limited time. */
  run(program: string, parameters: readonly string[]): Promise<Ran>;
}
