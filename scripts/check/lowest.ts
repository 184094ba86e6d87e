// Runs the libraries' types and tests on the lowest versions of Effect that their peer ranges admit. The repository itself has
// the highest.
import { execFileSync } from "node:child_process"
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { packages, pnpm, readJson, root, run } from "../setup/workspace.mjs"

const names = ["core", "client", "generations", "emulator", "test-support"]
const libraries = packages.filter(({ folder }) => names.some((name) => folder === join(root, "packages", name)))

/** The packages that the tests need, in the versions that go with the lowest version of @effect/platform. */
const companions = {
  "@effect/opentelemetry": "0.63.0",
  "@effect/platform-node": "0.106.0",
  "@effect/vitest": "0.29.0"
}

/** `^0.96.2 || ^0.97.0` → `0.96.2` */
const getLowest = (range: string): string => range.split(" || ")[0]?.replace("^", "") ?? range

const peers = libraries.flatMap(({ manifest }) => Object.entries(manifest.peerDependencies ?? {}))
  .filter(([name]) => name.startsWith("@effect/") || name === "effect")
const lowest = { ...companions, ...Object.fromEntries(peers.map(([name, range]) => [name, getLowest(range)])) }

const project = mkdtempSync(join(tmpdir(), "lowest-"))
console.log(`in ${project}, which is kept after a failure: ${JSON.stringify(lowest)}`)

const tracked = execFileSync("git", ["ls-files", ...names.map((name) => `packages/${name}`)], {
  cwd: root,
  encoding: "utf8"
})
const files = [
  "tsconfig.base.json",
  "vitest.config.ts",
  "vitest.setup.ts",
  "vitest.workspace.ts",
  ...tracked.trim().split("\n")
]
for (const file of files) cpSync(join(root, file), join(project, file))

const { devDependencies } = readJson(join(root, "package.json"))
const needed = ["@effect/vitest", "@types/node", "effect", "tsx", "typescript", "vitest"]
writeFileSync(
  join(project, "package.json"),
  JSON.stringify({
    private: true,
    type: "module",
    devDependencies: Object.fromEntries(needed.map((name) => [name, devDependencies[name]]))
  })
)

const workspace = readFileSync(join(root, "pnpm-workspace.yaml"), "utf8")
  .replace(/^packages:\n(?: {2}- .*\n)+/m, "packages:\n  - packages/*\n")
writeFileSync(
  join(project, "pnpm-workspace.yaml"),
  Object.entries(lowest).reduce(
    (text, [name, version]) => text.replace(new RegExp(`^  "?${name}"?: .*$`, "m"), `  "${name}": ${version}`),
    workspace
  )
)

run([...pnpm, "install", "--no-frozen-lockfile", "--silent"], project)
run([process.execPath, "node_modules/typescript/bin/tsc", "-b", ...names.map((name) => `packages/${name}`)], project)
run([process.execPath, "node_modules/vitest/vitest.mjs", "run", "--reporter=dot"], project)
rmSync(project, { recursive: true })
