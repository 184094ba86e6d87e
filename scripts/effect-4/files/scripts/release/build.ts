// Builds every package from scratch, so that `dist` holds no file of an older build.
import { rmSync } from "node:fs"
import { join } from "node:path"
import { bundlePromise } from "../promise/bundle.js"
import { bin, packages, root, run } from "../setup/workspace.mjs"
import { writeNodeLayout } from "./nodeLayout.js"

for (const { folder } of packages) {
  rmSync(join(folder, "dist"), { recursive: true, force: true })
  rmSync(join(folder, "node_modules", ".cache", "tsc.tsbuildinfo"), { force: true })
}
run([bin("tsc"), "-b", ...packages.map(({ folder }) => folder)])
await writeNodeLayout(root)
run([bin("tsx"), join(root, "scripts", "release", "bundle.ts")])
run([bin("tsx"), join(root, "scripts", "release", "page.ts")])

const promise = join(root, "packages", "promise")
await bundlePromise(promise, [promise])
