import { defineConfig } from "vitest/config";

/** They start processes, or measure the memory of their own. */
const ofTheirOwn = ["test/end-to-end/**", "test/deploy/**", "test/identify/pod-watch.test.ts"];

export default defineConfig({
  test: {
    // A busy machine is no fault of a test.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Many tests wait for a program: three at once keep two cores busy.
    maxWorkers: 3,
    projects: [
      {
        extends: true,
        test: {
          name: "units",
          include: ["test/**/*.test.{ts,tsx}"],
          exclude: ofTheirOwn,
          // To load the same sources for each file takes a third of the time.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: "programs",
          include: ofTheirOwn.map((path) => (path.endsWith("**") ? `${path}/*.test.ts` : path)),
        },
      },
    ],
  },
});
