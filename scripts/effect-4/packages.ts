// What the line for Effect 4 consists of: the packages, their dependencies and versions.
import { basename, join, relative } from "node:path"
import { artifacts, type Package, publicModules, publicPackages, root, tarballPath } from "../setup/workspace.mjs"

/** The packages that are derived and published, each after those that it depends on. */
export const derivedPackages: ReadonlyArray<string> = ["core", "client", "emulator", "generations", "promise", "ledger"]

/**
 * The packages that are the same in both lines, with another version. The command is a bundle with Effect 3, because the driver
 * of libsql, for a ledger in a file, exists for Effect 3 only.
 */
export const samePackages: ReadonlyArray<string> = ["cli"]

/** The Node.js that runs the tests: Effect 4 wants 22.19, Vitest 5 wants 22.12. npm's package `node` brings it. */
export const nodeVersion = "22.23.3"

/** The versions in the catalog that differ; `null` is not used. */
export const catalog: Readonly<Record<string, string | null>> = {
  "@effect/cluster": null,
  "@effect/experimental": null,
  "@effect/opentelemetry": "4.1.0",
  "@effect/platform": null,
  "@effect/platform-node": "4.1.0",
  "@effect/rpc": null,
  "@effect/sql": null,
  "@effect/sql-libsql": null,
  "@effect/sql-pg": "4.0.5",
  "@effect/tsgo": null,
  "@effect/vitest": "4.0.5",
  "@effect/workflow": null,
  effect: "4.1.0",
  "fast-check": "4.11.0",
  vitest: "5.1.1"
}

/** The peers that differ; `null` is none. */
export const peers: Readonly<Record<string, string | null>> = {
  "@effect/experimental": null,
  "@effect/platform": null,
  "@effect/sql": null,
  "@effect/sql-libsql": null,
  "@effect/sql-pg": "^4.0.5",
  effect: "^4.1.0",
  undici: "^7.10.0 || ^8.0.0"
}

export const engines = { node: ">=22.19" }

/** Returns the version of the line for Effect 4: the major differs, the rest is the same. */
export const derivedVersion = (version: string): string => version.replace(/^\d+/, "4")

/** Returns the path of the tarball of a package in the line for Effect 4. */
export const derivedTarballPath = (each: Package): string => {
  const manifest = { ...each.manifest, version: derivedVersion(each.manifest.version) }
  return join(artifacts, "effect-4", basename(tarballPath({ ...each, manifest })))
}

/** Returns the path of the tarball for Effect 4 of the package of a tarball for Effect 3. */
export const tarballForEffect4 = (tarball: string): string => {
  const found = publicPackages.find((each) => tarballPath(each) === tarball)
  if (found === undefined) throw new Error(`${tarball} is no tarball of this repository`)
  return derivedTarballPath(found)
}

/** Why a ledger in a file, with its tests, is left out. */
const noFile = "a ledger in a file needs a driver of libsql, and none is released for Effect 4"

/** The files and folders that the line for Effect 4 does not have, and why. */
export const omitted: Readonly<Record<string, string>> = {
  "packages/benchmarks/ai-openrouter": "@effect/ai-openrouter exists for Effect 3 only",
  "packages/benchmarks/src/bothMajors.ts": "there is one major",
  "packages/cli/test/commands/ledger.test.ts": `${noFile}; test/services has a suite on Postgres`,
  "packages/cli/test/internal/reconcile/notedInLedger.test.ts": noFile,
  "packages/examples/ai-openrouter": "@effect/ai-openrouter exists for Effect 3 only",
  "packages/ledger/src/internal/openFile.ts": noFile,
  "packages/ledger/test/internal/libsqlConnection.test.ts": "it tests the connection of Effect 3's driver of libsql",
  "scripts/check/installedEffect4.ts": "there is one major",
  "vitest.setup.ts": "`layer` of Effect 4's @effect/vitest changes no other test"
}

/** The tests that the line for Effect 4 does not have, by their files, and why. */
export const omittedTests: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "packages/cli/test/commands/reconcile.test.ts": {
    "compares a ledger, and names what is pending and what only OpenRouter has": noFile
  },
  "packages/cli/test/commands/report.test.ts": {
    "reports a ledger as it reports a file, in every format and with every filter": noFile,
    "finds the default ledger if standard input is not redirected, and names it": noFile,
    "rejects a file that cannot be a ledger, and does not change it": noFile
  },
  "packages/cli/test/terminal.test.ts": {
    "draws the status of a ledger over the last one until it ends": noFile
  },
  "packages/generations/test/internal/stream/source.test.ts": {
    "that is an Effect, which is both an iterable and a Stream, is a Stream": "an Effect is no Stream in Effect 4"
  },
  "packages/ledger/test/services/crashes.test.ts": {
    "loses no id in a file that another process writes, whichever process is killed": noFile
  },
  "packages/ledger/test/services/fullDisk.test.ts": {
    "of a file is Full; what was taken stays, and is settled when there is room": noFile
  },
  "packages/ledger/test/services/processes.test.ts": {
    "a file is locked until its process has ended, and a killed worker's ids are due at once": noFile,
    "a damaged file is Corrupt, and its bytes are not changed": noFile
  }
}

/** Returns the tarballs for Effect 4, with the modules that can be imported from each. */
export const derivedTarballs = (): ReadonlyArray<
  { readonly tarball: string; readonly modules: ReadonlyArray<string> }
> =>
  publicPackages.map((each) => ({
    tarball: derivedTarballPath(each),
    modules: publicModules(each).filter((name) => !(`${relative(root, each.folder)}/src/${name}.ts` in omitted))
  }))
