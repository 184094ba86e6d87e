// What the scripts know of the workspace.
import { spawnSync } from "node:child_process"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { dirname, join, sep } from "node:path"
import { fileURLToPath } from "node:url"

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** Where everything goes that is made and not kept. */
export const artifacts = join(root, ".artifacts")

export const readJson = (path) => JSON.parse(readFileSync(path, "utf8"))

/** The packages: where each is, and its package.json. */
export const packages = readdirSync(join(root, "packages"))
  .map((name) => join(root, "packages", name))
  .filter((folder) => existsSync(join(folder, "package.json")))
  .map((folder) => ({ folder, manifest: readJson(join(folder, "package.json")) }))

/** The packages that are published. */
export const publicPackages = packages.filter(({ manifest }) => manifest.private !== true)

/** The files in a folder and below it whose names end so, by their paths within it. */
export const filesIn = (folder, ending) =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(ending)).toSorted()
    : []

/** The modules of a package that may be imported, as its `exports` say: paths in `src` without the ending, the root first. */
export const modulesOf = ({ folder, manifest }) => {
  const names = "./*" in manifest.exports ? filesIn(join(folder, "src"), ".ts") : []
  const modules = names.map((name) => name.replaceAll(sep, "/").replace(/\.ts$/, ""))
  return ["index", ...modules.filter((name) => name !== "index" && !name.startsWith("internal/"))]
}

/** The tarball of a package that `npm run pack` leaves. */
export const tarballOf = ({ manifest: { name, version } }) =>
  join(artifacts, `${name.replace("@", "").replace("/", "-")}-${version}.tgz`)

/** The pnpm that package.json pins: a fresh machine has none, and npx brings it. */
export const pnpm = ["npx", "--yes", readJson(join(root, "package.json")).packageManager]

/** A program that the dependencies bring. */
export const bin = (name) => join(root, "node_modules", ".bin", name)

/** Runs a command to its end, and ends this process with its status if it failed. What it prints goes to stderr. */
export const run = ([command, ...args], cwd = root) => {
  const { error, status } = spawnSync(command, args, {
    cwd,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32"
  })
  if (error !== undefined) console.error(error.message)
  if (status !== 0) process.exit(status ?? 1)
}
