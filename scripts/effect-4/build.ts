// Derives the packages for Effect 4 and builds them from scratch, in `.artifacts/effect-4/repository`. It also writes the
// bundle of the Promise client, which both lines publish.
import { rmSync } from "node:fs"
import { join } from "node:path"
import { bundlePromise } from "../promise/bundle.js"
import { writeNodeLayout } from "../release/nodeLayout.js"
import { artifacts, bin, root, run } from "../setup/workspace.mjs"
import { derivedPackages } from "./packages.js"

const repository = join(artifacts, "effect-4", "repository")
const derive = [bin("tsx"), join(root, "scripts", "effect-4", "main.ts")]

run(derive)
// The benchmarks compare both majors.
const folders = [...derivedPackages, "benchmarks"].map((name) => join("packages", name))
for (const folder of folders) {
  rmSync(join(repository, folder, "dist"), { recursive: true, force: true })
  rmSync(join(repository, folder, "node_modules", ".cache", "tsc.tsbuildinfo"), { force: true })
}
// The rules do not break long lines, and the packages contain their sources.
const format = `dprint fmt "packages/*/src/**/*.ts"`
run([...derive, "npx", "-c", `${format} && tsc -b ${folders.join(" ")}`])
await writeNodeLayout(repository)

const promise = join(repository, "packages", "promise")
await bundlePromise(promise, [promise, join(root, "packages", "promise")])
