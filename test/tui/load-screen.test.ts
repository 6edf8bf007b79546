import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";

const FILES_MAX = 400;

test("what draws is loaded without the 415 files of es-toolkit that ink asks for", () => {
  const built = new URL("../../dist/src/tui/load-screen.js", import.meta.url);
  const script = `
    import { registerHooks } from "node:module";
    const { loadScreen } = await import(${JSON.stringify(built)});
    let files = 0;
    registerHooks({ load: (url, context, next) => { files++; return next(url, context); } });
    const { showScreen } = await loadScreen();
    console.log(typeof showScreen, files);`;
  const args = ["--input-type=module", "--eval", script];
  const [type, files] = execFileSync(process.execPath, args, { encoding: "utf8" }).split(" ");
  expect(type).toBe("function");
  expect(Number(files)).toBeLessThan(FILES_MAX);
});
