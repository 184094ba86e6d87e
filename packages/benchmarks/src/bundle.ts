// What `get` adds, minified and gzipped for a browser, to a program that already uses HttpClient and Schema.
import { build } from "esbuild"
import { fileURLToPath } from "node:url"
import { gzipSync } from "node:zlib"

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** A bundle for a browser, minified. */
interface Bundle {
  readonly gzipped: number
  /** The bytes before compression, by the path of the module. */
  readonly modules: Readonly<Record<string, number>>
}

const bundle = async (entry: string): Promise<Bundle> => {
  const { metafile, outputFiles } = await build({
    entryPoints: [here(entry)],
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    conditions: ["built"]
  })
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs))
  return {
    gzipped: gzipSync(outputFiles[0]?.contents ?? "", { level: 9 }).length,
    modules: Object.fromEntries(inputs.map(([path, { bytesInOutput }]) => [path, bytesInOutput]))
  }
}

/** The folders of our packages whose parts are shown apart. */
const findOwner = (path: string): string => {
  const [, own, rest = ""] = /packages\/(core|client|generations)\/dist\/(.*)$/.exec(path) ?? []
  if (own === undefined) return path.includes("node_modules") ? "Effect" : "the program"
  const [, part] = /^internal\/([^/]+)\//.exec(rest) ?? []
  return part === undefined ? own : `${own}, ${part}`
}

/** The bytes that `get` adds to a program that has Effect already. */
export interface MarginalBundle {
  /** Of the program without `get`, gzipped. */
  readonly before: number
  /** Gzipped. */
  readonly bytes: number
  /** The bytes before compression, by owner, the largest first. */
  readonly owners: ReadonlyArray<readonly [owner: string, bytes: number]>
}

/** Bundles a program with and without `get`, and returns the difference. */
export const marginalBundle = async (): Promise<MarginalBundle> => {
  const [before, after] = [await bundle("bundle-without.js"), await bundle("bundle-with.js")]
  const owners = new Map<string, number>()
  for (const [path, bytes] of Object.entries(after.modules)) {
    const owner = findOwner(path)
    owners.set(owner, (owners.get(owner) ?? 0) + bytes - (before.modules[path] ?? 0))
  }
  return {
    before: before.gzipped,
    bytes: after.gzipped - before.gzipped,
    owners: [...owners].toSorted(([, left], [, right]) => right - left)
  }
}
