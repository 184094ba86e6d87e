import { existsSync, readdirSync } from "node:fs"
import { fileURLToPath } from "node:url"
import type { TestProjectConfiguration } from "vitest/config"

const pathOf = (file: string): string => fileURLToPath(new URL(file, import.meta.url))

/** One project for each package that has tests, so that `vitest run --project core` runs one of them. What needs a service is apart. */
export default readdirSync(new URL("packages", import.meta.url)).map((name): TestProjectConfiguration => ({
  test: {
    name,
    root: `packages/${name}`,
    include: ["test/**/*.test.ts"],
    exclude: ["test/services/**"],
    testTimeout: 30_000,
    globalSetup: [`packages/${name}/test/globalSetup.ts`].map(pathOf).filter((path) => existsSync(path))
  }
}))
