// Writes a tarball of each package for Effect 4 to `.artifacts/effect-4`. `scripts/release/pack.ts` runs before.
import { execFileSync } from "node:child_process"
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { join, relative } from "node:path"
import { artifacts, packages, pnpm, readJson, root, run, tarballPath } from "../setup/workspace.mjs"
import { derivedPackages, derivedVersion, samePackages } from "./packages.js"

const output = join(artifacts, "effect-4")
const tarball = (name: string, version: string) => join(output, `effect-openrouter-${name}-${version}.tgz`)

for (const name of readdirSync(output)) if (name.endsWith(".tgz")) rmSync(join(output, name))

for (const name of derivedPackages) {
  const folder = join(output, "repository", "packages", name)
  const target = tarball(name, readJson(join(folder, "package.json")).version)
  run([...pnpm, "pack", "--out", target], folder)
  console.log(relative(root, target))
}

// Only the version differs, also in the manual page.
for (const name of samePackages) {
  const original = packages.find(({ folder }) => folder === join(root, "packages", name))
  if (original === undefined) throw new Error(`there is no packages/${name}`)
  const parent = join(output, name)
  rmSync(parent, { recursive: true, force: true })
  mkdirSync(parent, { recursive: true })
  run(["tar", "-xzf", tarballPath(original), "-C", parent])
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
  run([...pnpm, "pack", "--out", tarball(name, version)], folder)
  console.log(relative(root, tarball(name, version)))
}
