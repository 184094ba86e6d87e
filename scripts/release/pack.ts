// Writes a tarball of every public package to `.artifacts`. It uses pnpm, because npm ignores `publishConfig.exports`.
import { mkdirSync, rmSync } from "node:fs"
import { join, relative } from "node:path"
import { artifacts, filesIn, pnpm, publicPackages, root, run, tarballPath } from "../setup/workspace.mjs"
import { addDocuments } from "./documents.js"

mkdirSync(artifacts, { recursive: true })
for (const name of filesIn(artifacts, ".tgz")) rmSync(join(artifacts, name))

addDocuments()
for (const each of publicPackages) {
  run([...pnpm, "pack", "--out", tarballPath(each)], each.folder)
  console.log(relative(root, tarballPath(each)))
}
