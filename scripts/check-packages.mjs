// Asks publint and attw what is wrong with the tarballs that `npm run pack` left.
import { bin, modulesOf, publicPackages, run, tarballOf } from "./workspace.mjs"

for (const each of publicPackages) {
  const tarball = tarballOf(each)
  const entryPoints = modulesOf(each).map((name) => name === "index" ? "." : `./${name}`)
  run([bin("publint"), "run", tarball, "--strict"])
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
