// The layout of the workspace, for all scripts. Plain JavaScript, because bootstrap.mjs runs before anything is installed.
import { spawnSync } from "node:child_process"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { dirname, join, sep } from "node:path"
import { fileURLToPath } from "node:url"

/**
 * @typedef {{
 *   readonly name: string
 *   readonly version: string
 *   readonly private?: boolean
 *   readonly repository?: unknown
 *   readonly exports: Readonly<Record<string, unknown>>
 *   readonly bin?: Readonly<Record<string, string>>
 *   readonly dependencies?: Readonly<Record<string, string>>
 *   readonly peerDependencies?: Readonly<Record<string, string>>
 *   readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>
 * }} Manifest
 * @typedef {{ readonly folder: string, readonly manifest: Manifest }} Package
 */

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** The folder of everything that is generated and not committed. */
export const artifacts = join(root, ".artifacts")

/** @type {(path: string) => any} */
export const readJson = (path) => JSON.parse(readFileSync(path, "utf8"))

/**
 * The packages: the folder and the package.json of each.
 *
 * @type {ReadonlyArray<Package>}
 */
export const packages = readdirSync(join(root, "packages"))
  .map((name) => join(root, "packages", name))
  .filter((folder) => existsSync(join(folder, "package.json")))
  .map((folder) => ({ folder, manifest: readJson(join(folder, "package.json")) }))

/** The packages that are published. */
export const publicPackages = packages.filter(({ manifest }) => manifest.private !== true)

/**
 * Returns the files in a folder and below it whose names end with `ending`, by their paths within it.
 *
 * @type {(folder: string, ending: string) => ReadonlyArray<string>}
 */
export const filesIn = (folder, ending) =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(ending)).toSorted()
    : []

/** @type {(folder: string) => ReadonlyArray<string>} */
const documentsIn = (folder) =>
  existsSync(folder)
    ? readdirSync(folder).filter((name) => name.endsWith(".md") && name !== "api.md" && name !== "CHANGELOG.md").map((
      name
    ) => join(folder, name))
    : []

/** The documents that people wrote: those of the root, of docs/ and of every package. */
export const documents = [root, join(root, "docs"), ...packages.map(({ folder }) => folder)].flatMap(documentsIn)

/**
 * Returns the modules of a package that its `exports` allow to import: paths in `src` without the ending, the root first. The
 * command has none.
 *
 * @type {(each: Package) => ReadonlyArray<string>}
 */
export const publicModules = ({ folder, manifest }) => {
  const names = "./*" in manifest.exports ? filesIn(join(folder, "src"), ".ts") : []
  const modules = names.map((name) => name.replaceAll(sep, "/").replace(/\.ts$/, ""))
  if (!("." in manifest.exports)) return []
  return ["index", ...modules.filter((name) => name !== "index" && !name.startsWith("internal/"))]
}

/**
 * Returns the path of the tarball of a package that `npm run pack` leaves.
 *
 * @type {(each: Package) => string}
 */
export const tarballPath = ({ manifest: { name, version } }) =>
  join(artifacts, `${name.replace("@", "").replace("/", "-")}-${version}.tgz`)

/**
 * The pnpm that package.json pins. A fresh machine has no pnpm, and npx installs it.
 *
 * @type {ReadonlyArray<string>}
 */
export const pnpm = ["npx", "--yes", readJson(join(root, "package.json")).packageManager]

/**
 * Returns the path of an executable of the dependencies.
 *
 * @type {(name: string) => string}
 */
export const bin = (name) => join(root, "node_modules", ".bin", name)

/**
 * Runs a command to its end, and exits with its status if it failed. Its output goes to stderr.
 *
 * @type {(command: ReadonlyArray<string>, cwd?: string) => void}
 */
export const run = ([command = "", ...args], cwd = root) => {
  const { error, status } = spawnSync(command, args, {
    cwd,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32"
  })
  if (error !== undefined) console.error(error.message)
  if (status !== 0) process.exit(status ?? 1)
}
