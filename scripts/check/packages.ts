// Checks the tarballs that `npm run pack` left for both majors of Effect: with publint and attw, and that the links of their documents resolve.
import { basename, relative } from "node:path"
import { derivedTarballPath, omitted } from "../effect-4/packages.js"
import { bin, publicModules, publicPackages, root, run, tarballPath } from "../setup/workspace.mjs"
import { findBrokenLinks } from "./links.js"

const tarballs = publicPackages.flatMap((each) => {
  const modules = publicModules(each)
  const derived = modules.filter((name) => !(`${relative(root, each.folder)}/src/${name}.ts` in omitted))
  return [{ tarball: tarballPath(each), modules }, { tarball: derivedTarballPath(each), modules: derived }]
})

const broken = tarballs.flatMap(({ tarball }) =>
  findBrokenLinks(tarball).map((problem) => `${basename(tarball)}: ${problem}`)
)
for (const problem of broken) console.error(problem)
if (broken.length > 0) process.exit(1)

for (const { modules, tarball } of tarballs) {
  const entryPoints = modules.map((name) => name === "index" ? "." : `./${name}`)
  run([bin("publint"), "run", tarball, "--strict"])
  if (entryPoints.length === 0) continue
  run([
    bin("attw"),
    tarball,
    "--profile",
    "esm-only",
    "--format",
    "table-flipped",
    "--no-summary",
    "--entrypoints",
    ...entryPoints
  ])
}
