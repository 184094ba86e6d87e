// The tests that need a real service; `npm test` needs none, and leaves them out.
import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    root: fileURLToPath(new URL("../..", import.meta.url)),
    include: ["packages/*/test/services/**/*.test.ts"],
    globalSetup: "scripts/services/redis.ts"
  }
})
