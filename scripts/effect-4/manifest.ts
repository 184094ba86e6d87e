// Rewrites package.json files, and the catalog of pnpm-workspace.yaml.
import { catalog, derivedVersion, engines, omitted, peers } from "./packages.js"

type Dependencies = Readonly<Record<string, string>>

interface Manifest {
  readonly version?: string
  readonly private?: boolean
  readonly dependencies?: Dependencies
  readonly devDependencies?: Dependencies
  readonly optionalDependencies?: Dependencies
  readonly peerDependencies?: Dependencies
  readonly peerDependenciesMeta?: Readonly<Record<string, unknown>>
  readonly engines?: Dependencies
  readonly scripts?: Dependencies
  readonly exports?: Exports
  readonly publishConfig?: { readonly exports?: Exports }
}

const scope = "@effect-openrouter/"

const isDerived = (name: string): boolean => catalog[name] !== null

const keep = (dependencies: Dependencies | undefined): Dependencies | undefined => {
  if (dependencies === undefined) return undefined
  const kept = Object.entries(dependencies).filter(([name]) => isDerived(name))
  const tests = "effect" in dependencies ? [[`${scope}testing`, "workspace:*"], ["fast-check", "catalog:"]] : []
  return Object.fromEntries([...kept, ...tests].toSorted(([a = ""], [b = ""]) => a < b ? -1 : 1))
}

const replacePeers = (dependencies: Dependencies | undefined): Dependencies | undefined =>
  dependencies === undefined ? undefined : Object.fromEntries(
    Object.entries(dependencies).flatMap(([name, range]): ReadonlyArray<readonly [string, string]> => {
      const replaced = peers[name]
      return replaced === null ? [] : [[name, replaced ?? range]]
    })
  )

type Exports = Readonly<Record<string, unknown>>

/** Leaves out the entry points whose source is left out. */
const keepExports = (folder: string, exports: Exports | undefined): Exports | undefined =>
  exports === undefined ? undefined : Object.fromEntries(
    Object.entries(exports).filter(([name]) => !(`${folder}/${name.replace("./", "src/")}.ts` in omitted))
  )

/** Leaves out the scripts, and the parts of scripts, that exist for two majors only. */
const keepScripts = (scripts: Dependencies | undefined): Dependencies | undefined =>
  scripts === undefined ? undefined : Object.fromEntries(
    Object.entries(scripts).flatMap(([name, script]) => {
      const rest = script.split(" && ").filter((part) => !/effect-?4/i.test(part)).join(" && ")
      return rest === "" || name.includes("effect-4") ? [] : [[name, rest]]
    })
  )

/** Rewrites a package.json. */
export const deriveManifest = (path: string, text: string): string => {
  const folder = path.replace(/\/package\.json$/, "")
  const manifest: Manifest = JSON.parse(text)
  const { dependencies, devDependencies, optionalDependencies, peerDependencies, peerDependenciesMeta, version } =
    manifest
  const derived = {
    ...manifest,
    ...version === undefined ? {} : { version: manifest.private === true ? version : derivedVersion(version) },
    scripts: keepScripts(manifest.scripts),
    exports: keepExports(folder, manifest.exports),
    publishConfig: manifest.publishConfig && {
      ...manifest.publishConfig,
      exports: keepExports(folder, manifest.publishConfig.exports)
    },
    dependencies: keep(dependencies),
    devDependencies: keep(devDependencies),
    optionalDependencies: keep(optionalDependencies),
    peerDependencies: replacePeers(peerDependencies),
    peerDependenciesMeta: peerDependenciesMeta === undefined ? undefined : Object.fromEntries(
      Object.entries(peerDependenciesMeta).filter(([name]) => peers[name] !== null)
    ),
    // A package without peers is a bundle, the same in both lines.
    engines: peerDependencies === undefined && manifest.private !== true ? manifest.engines : engines
  }
  return `${JSON.stringify(derived, null, 2)}\n`
}

/** Rewrites pnpm-workspace.yaml: the versions of the catalog. */
export const deriveWorkspace = (text: string): string => {
  const added = Object.entries(catalog).filter(([name]) => !new RegExp(`^  "?${name}"?:`, "m").test(text))
  return text
    .replace(/^ {2}- (?:scripts\/effect-4|packages\/\w+\/ai-openrouter)\n/gm, "")
    .replace(" by now; this repository is Effect 3.", ".")
    .replaceAll(/^ {2}"?(@?[\w/-]+)"?: (\S+)\n/gm, (line: string, name: string) => {
      const version = catalog[name]
      return version === undefined ? line : version === null ? "" : `  "${name}": ${version}\n`
    })
    .replace(/^catalog:\n/m, `catalog:\n${added.map(([name, version]) => `  ${name}: ${version}\n`).join("")}`)
}
