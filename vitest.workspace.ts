import { readdirSync } from "node:fs"
import type { TestProjectConfiguration } from "vitest/config"

/** One project for each package that has tests, so that `vitest run --project core` runs one of them. What needs a service is apart. */
export default readdirSync(new URL("packages", import.meta.url)).map((name): TestProjectConfiguration => ({
  test: {
    name,
    root: `packages/${name}`,
    include: ["test/**/*.test.ts"],
    exclude: ["test/services/**"],
    testTimeout: 30_000
  }
}))
