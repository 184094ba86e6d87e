// Builds the packages for Effect 4 and writes their tarballs to `.artifacts/effect-4`.
import { existsSync, readdirSync, rmSync } from "node:fs"
import { basename, join, relative } from "node:path"
import { artifacts, bin, pnpm, readJson, root, run } from "../setup/workspace.mjs"
import { derivedPackages } from "./packages.js"

const output = join(artifacts, "effect-4")
const repository = join(output, "repository")
const derive = [bin("tsx"), join(root, "scripts", "effect-4", "main.ts")]

run(derive)
const folders = derivedPackages.map((name) => join(repository, "packages", name))
for (const folder of folders) {
  rmSync(join(folder, "dist"), { recursive: true, force: true })
  rmSync(join(folder, "node_modules", ".cache", "tsc.tsbuildinfo"), { force: true })
}
run([...derive, "npx", "tsc", "-b", ...folders])

for (const name of readdirSync(output)) if (name.endsWith(".tgz")) rmSync(join(output, name))
for (const folder of folders.filter((folder) => existsSync(join(folder, "package.json")))) {
  const { version } = readJson(join(folder, "package.json"))
  const tarball = join(output, `effect-openrouter-${basename(folder)}-${version}.tgz`)
  run([...pnpm, "pack", "--out", tarball], folder)
  console.log(relative(root, tarball))
}
