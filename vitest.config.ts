import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.{ts,tsx}"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Several tests drive the built program; two at once are enough for two cores.
    maxWorkers: 2,
  },
});
