import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.{ts,tsx}"],
    // A busy machine is no fault of a test.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Several tests drive the built program; two at once are enough for two cores.
    maxWorkers: 2,
  },
});
