// Leaves a tarball of every public package in `.artifacts`. pnpm packs, because npm ignores `publishConfig.exports`.
import { mkdirSync, readdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import { pnpm, publicPackages, root, run } from "./workspace.mjs"

const artifacts = join(root, ".artifacts")
mkdirSync(artifacts, { recursive: true })

const tarballs = () => readdirSync(artifacts).filter((name) => name.endsWith(".tgz"))
for (const name of tarballs()) rmSync(join(artifacts, name))

for (const { folder } of publicPackages) run([...pnpm, "pack", "--pack-destination", artifacts], folder)

for (const name of tarballs()) console.log(join(".artifacts", name))
