import type { CommandContext } from "../context.ts";

/** Waits for a reader that is slow, so that no more than one text is kept in memory. */
export async function writeText({ stdout }: CommandContext, text: string): Promise<void> {
  if (stdout.write(text)) return;
  await new Promise((resolve) => stdout.once("drain", resolve));
}
