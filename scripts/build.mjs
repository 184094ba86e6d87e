// Builds every package from nothing, so that no file of an older build is left in `dist`.
import { rmSync } from "node:fs"
import { join } from "node:path"
import { bin, packages, run } from "./workspace.mjs"

for (const { folder } of packages) {
  rmSync(join(folder, "dist"), { recursive: true, force: true })
  rmSync(join(folder, "node_modules", ".cache", "tsc.tsbuildinfo"), { force: true })
}
run([bin("tsc"), "-b", ...packages.map(({ folder }) => folder)])
