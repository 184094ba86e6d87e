// Writes a tarball of each package for Effect 4 to `.artifacts/effect-4`. `scripts/release/pack.ts` runs before.
import { execFileSync } from "node:child_process"
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { join, relative } from "node:path"
import { addDocuments } from "../release/documents.js"
import { artifacts, type Package, packages, pnpm, readJson, root, run, tarballPath } from "../setup/workspace.mjs"
import { derivedPackages, derivedTarballPath, derivedVersion, samePackages } from "./packages.js"

const output = join(artifacts, "effect-4")

/** Returns a package of this repository. */
const original = (name: string): Package => {
  const found = packages.find(({ folder }) => folder === join(root, "packages", name))
  if (found === undefined) throw new Error(`there is no packages/${name}`)
  return found
}

for (const name of readdirSync(output)) if (name.endsWith(".tgz")) rmSync(join(output, name))

const repository = join(output, "repository")
// The rules do not break long lines.
run([join(repository, "node_modules", ".bin", "dprint"), "fmt", "**/*.md"], repository)
addDocuments(repository)
for (const name of derivedPackages) {
  const folder = join(repository, "packages", name)
  const target = derivedTarballPath(original(name))
  run([...pnpm, "pack", "--out", target], folder)
  console.log(relative(root, target))
}

// Only the version differs, also in the manual page.
for (const name of samePackages) {
  const parent = join(output, name)
  rmSync(parent, { recursive: true, force: true })
  mkdirSync(parent, { recursive: true })
  run(["tar", "-xzf", tarballPath(original(name)), "-C", parent])
  const folder = join(parent, "package")
  const manifest = readJson(join(folder, "package.json"))
  const version = derivedVersion(manifest.version)
  writeFileSync(join(folder, "package.json"), `${JSON.stringify({ ...manifest, version }, null, 2)}\n`)
  writeFileSync(
    join(folder, manifest.man),
    execFileSync(process.execPath, [join(folder, ...Object.values<string>(manifest.bin)), "--man"])
  )
  // `npm run release` publishes this workspace.
  writeFileSync(join(parent, "pnpm-workspace.yaml"), "packages:\n  - package\n")
  const target = derivedTarballPath(original(name))
  run([...pnpm, "pack", "--out", target], folder)
  console.log(relative(root, target))
}
