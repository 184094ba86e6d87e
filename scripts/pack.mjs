// Leaves a tarball of every public package in `.artifacts`. pnpm packs, because npm ignores `publishConfig.exports`.
import { mkdirSync, rmSync } from "node:fs"
import { join, relative } from "node:path"
import { artifacts, filesIn, pnpm, publicPackages, root, run, tarballOf } from "./workspace.mjs"

mkdirSync(artifacts, { recursive: true })
for (const name of filesIn(artifacts, ".tgz")) rmSync(join(artifacts, name))

for (const each of publicPackages) {
  run([...pnpm, "pack", "--out", tarballOf(each)], each.folder)
  console.log(relative(root, tarballOf(each)))
}
