// What the line for Effect 4 consists of: the packages, their dependencies and versions.

/** The packages that are derived, each after those that it depends on. */
export const derivedPackages: ReadonlyArray<string> = ["core"]

/** The Node.js that runs the tests: Effect 4 wants 22.19, Vitest 5 wants 22.12. npm's package `node` brings it. */
export const nodeVersion = "22.23.3"

/** The versions in the catalog that differ; `null` is not used. */
export const catalog: Readonly<Record<string, string | null>> = {
  "@effect/experimental": null,
  "@effect/opentelemetry": null,
  "@effect/platform": null,
  "@effect/platform-node": "4.1.0",
  "@effect/sql": null,
  "@effect/sql-libsql": null,
  "@effect/sql-pg": "4.0.5",
  "@effect/tsgo": null,
  "@effect/vitest": "4.0.5",
  "@libsql/client": null,
  "@types/node": "22.20.4",
  effect: "4.1.0",
  "fast-check": "4.11.0",
  vitest: "5.1.1"
}

/** The peers that differ; `null` is none. */
export const peers: Readonly<Record<string, string | null>> = {
  "@effect/experimental": null,
  "@effect/platform": null,
  effect: "^4.1.0",
  undici: "^7.10.0 || ^8.0.0"
}

export const engines = { node: ">=22.19" }

/** Returns the version of the line for Effect 4: the major differs, the rest is the same. */
export const derivedVersion = (version: string): string => version.replace(/^\d+/, "4")
