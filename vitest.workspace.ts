import { existsSync, readdirSync } from "node:fs"
import { basename } from "node:path"
import { fileURLToPath } from "node:url"
import type { TestProjectConfiguration } from "vitest/config"

const toPath = (file: string): string => fileURLToPath(new URL(file, import.meta.url))

/** Returns the paths of the files that exist. */
const existing = (...files: ReadonlyArray<string>): Array<string> =>
  files.map(toPath).filter((path) => existsSync(path))

/** The tests in a folder. What needs a service is apart. */
const project = (root: string): TestProjectConfiguration => ({
  test: {
    name: basename(root),
    root,
    include: ["test/**/*.test.ts"],
    exclude: ["test/services/**"],
    testTimeout: 30_000,
    setupFiles: existing("vitest.setup.ts"),
    globalSetup: existing(`${root}/test/globalSetup.ts`)
  }
})

/** One project for each package that has tests, so that `vitest run --project core` runs one of them. */
export default [
  // begin: Effect 3 only
  project("scripts/effect-4"),
  // end: Effect 3 only
  ...readdirSync(new URL("packages", import.meta.url)).map((name) => project(`packages/${name}`))
]
