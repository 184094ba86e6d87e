// The tests that need a real service. `npm test` leaves them out.
import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"

const toPath = (file: string): string => fileURLToPath(new URL(`../../${file}`, import.meta.url))

export default defineConfig({
  test: {
    root: toPath(""),
    // The files mostly wait for servers and processes. Vitest would use all cores but one.
    maxWorkers: 2,
    testTimeout: 120_000,
    include: ["packages/*/test/services/**/*.test.ts"],
    globalSetup: ["scripts/services/redis.ts", "scripts/services/postgres.ts", "packages/cli/test/globalSetup.ts"]
      .map(toPath)
  }
})
