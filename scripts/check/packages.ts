// Checks the tarballs that `npm run pack` left: with publint and attw, and that the links of their documents resolve.
import { bin, publicModules, publicPackages, run, tarballPath } from "../setup/workspace.mjs"
import { findBrokenLinks } from "./links.js"

const broken = publicPackages.flatMap((each) =>
  findBrokenLinks(tarballPath(each)).map((problem) => `${each.manifest.name}: ${problem}`)
)
for (const problem of broken) console.error(problem)
if (broken.length > 0) process.exit(1)

for (const each of publicPackages) {
  const tarball = tarballPath(each)
  const entryPoints = publicModules(each).map((name) => name === "index" ? "." : `./${name}`)
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
