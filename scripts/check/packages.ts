// Checks the tarballs that `npm run pack` left with publint and attw.
import { bin, publicModules, publicPackages, run, tarballPath } from "../setup/workspace.mjs"

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
