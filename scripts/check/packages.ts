// Checks the tarballs that `npm run pack` left: with publint and attw, and that the links of their documents resolve.
import { basename } from "node:path"
// begin: Effect 3 only
import { derivedTarballs } from "../effect-4/packages.js"
// end: Effect 3 only
import { bin, publicModules, publicPackages, run, tarballPath } from "../setup/workspace.mjs"
import { findBrokenLinks } from "./links.js"

const tarballs = publicPackages.map((each) => ({ tarball: tarballPath(each), modules: publicModules(each) }))
// begin: Effect 3 only
tarballs.push(...derivedTarballs())
// end: Effect 3 only

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
