/**
 * Where a thread or a process begins: `name` is that of a file beside `module`, without its ending.
 * A bundler follows imports, not URLs; in dist all files that begin something lie side by side.
 */
export function entryBeside(module: string, name: string): URL {
  return new URL(`./${name}.${module.endsWith(".ts") ? "ts" : "js"}`, module);
}
