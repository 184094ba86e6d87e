import { existsSync, readdirSync } from "node:fs"
import { fileURLToPath } from "node:url"
import type { TestProjectConfiguration } from "vitest/config"

const toPath = (file: string): string => fileURLToPath(new URL(file, import.meta.url))

/** Returns the paths of the files that exist. */
const existing = (...files: ReadonlyArray<string>): Array<string> =>
  files.map(toPath).filter((path) => existsSync(path))

/** One project for each package that has tests, so that `vitest run --project core` runs one of them. What needs a service is apart. */
export default readdirSync(new URL("packages", import.meta.url)).map((name): TestProjectConfiguration => ({
  test: {
    name,
    root: `packages/${name}`,
    include: ["test/**/*.test.ts"],
    exclude: ["test/services/**"],
    testTimeout: 30_000,
    setupFiles: existing("vitest.setup.ts"),
    globalSetup: existing(`packages/${name}/test/globalSetup.ts`)
  }
}))
