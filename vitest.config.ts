import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{core,services,dev,test,bench}/**/*.test.ts"],
    globalSetup: ["dev/stack/vitest-global-setup.ts"],
    // Two cores: more workers would only wait for each other, and real servers run beside them.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // A promise that nobody waited for is a bug that hides.
    dangerouslyIgnoreUnhandledErrors: false,
  },
});
