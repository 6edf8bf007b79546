import { registerHooks } from "node:module";
import type { showScreen } from "./show-screen.ts";

const wanted = "es-toolkit/compat";
const enough = new URL(
  import.meta.url.endsWith(".ts") ? "./throttle.ts" : "./throttle.js",
  import.meta.url,
).href;

/**
 * Loads what draws. Ink needs one function of es-toolkit and asks for all of its 415 files, a third
 * of the time until something is drawn: it gets that function. The version of ink is a fixed one,
 * for another may need more.
 */
export async function loadScreen(): Promise<{ readonly showScreen: typeof showScreen }> {
  const hooks = registerHooks({
    resolve: (specifier, context, next) => next(specifier === wanted ? enough : specifier, context),
  });
  try {
    return await import("./show-screen.ts");
  } finally {
    hooks.deregister();
  }
}
