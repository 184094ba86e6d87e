// Writes a tarball of each package for Effect 4 to `.artifacts/effect-4`.
import { readdirSync, rmSync } from "node:fs"
import { join, relative } from "node:path"
import { artifacts, pnpm, readJson, root, run } from "../setup/workspace.mjs"
import { derivedPackages } from "./packages.js"

const output = join(artifacts, "effect-4")

for (const name of readdirSync(output)) if (name.endsWith(".tgz")) rmSync(join(output, name))
for (const name of derivedPackages) {
  const folder = join(output, "repository", "packages", name)
  const { version } = readJson(join(folder, "package.json"))
  const tarball = join(output, `effect-openrouter-${name}-${version}.tgz`)
  run([...pnpm, "pack", "--out", tarball], folder)
  console.log(relative(root, tarball))
}
