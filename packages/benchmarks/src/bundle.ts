// What `get` adds, minified and gzipped for a browser, to a program that already uses HttpClient and Schema.
import { build, type Plugin } from "esbuild"
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { gzipSync } from "node:zlib"

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** A bundle for a browser, minified. */
interface Bundle {
  readonly gzipped: number
  /** The bytes before compression, by the path of the module. */
  readonly modules: Readonly<Record<string, number>>
}

const bundle = async (entry: string, ...plugins: ReadonlyArray<Plugin>): Promise<Bundle> => {
  const { metafile, outputFiles } = await build({
    entryPoints: [here(entry)],
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    conditions: ["built"],
    plugins: [...plugins]
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

/** The modules that keep a promise. */
const promises: Readonly<Record<string, RegExp>> = {
  "the key is removed from every text, in any encoding": /client\/dist\/internal\/redaction\//,
  "an error of every body, with its meaning":
    /client\/dist\/internal\/response\/(?:defaultError|errorBody|validationError|valueKind)|core\/dist\/OpenRouterDefaultError/,
  "Retry-After in every form": /client\/dist\/internal\/response\/(?:retryAfter|httpDate)/,
  "options, each checked and with its name in the error":
    /client\/dist\/internal\/(?:settings|options\/(?:headers|baseUrl|apiKey))|core\/dist\/internal\/check/,
  "options from the environment and from a Config":
    /client\/dist\/(?:OptionsConfig|internal\/options\/(?:config|environment))/,
  "retries with backoff and a budget": /client\/dist\/(?:RetryPolicy|internal\/retry\/)/,
  "any HttpClient, with a deadline, a size limit and no redirect":
    /client\/dist\/internal\/transport\/(?!span|fiberState|transport\.)/,
  "spans with the attributes of the record":
    /\/internal\/(?:transport\/span|spanAt|tracing|callSpan|spanAttributes|callSite)/,
  "a record of any shape, times and JSON exact": /core\/dist\/internal\/(?:schema|decoders|usage)/,
  "await waits for the record": /generations\/dist\/(?:internal\/poll|GenerationNotVisibleError)/,
  "ids and feedback are checked": /generations\/dist\/internal\/(?:generationId|feedback)|core\/dist\/FeedbackCategory/
}

/** Replaces modules with empty functions of the same names. The bundle is not run. */
const without = (modules: RegExp): Plugin => ({
  name: "without",
  setup: (build) =>
    build.onLoad({ filter: /packages\/(?:core|client|generations)\/dist\/.*\.js$/ }, ({ path }) => {
      if (!modules.test(path)) return undefined
      const names = [...readFileSync(path, "utf8").matchAll(/^export (?:const|class|function) (\w+)/gm)]
      return { contents: names.map(([, name]) => `export const ${name} = () => {}`).join("\n") }
    })
})

/** Returns the bytes, gzipped, that the bundle of `get` loses without each promise, the largest first. */
export const marginalParts = async (): Promise<ReadonlyArray<readonly [promise: string, bytes: number]>> => {
  const { gzipped } = await bundle("bundle-with.js")
  const parts: Array<readonly [string, number]> = []
  for (const [promise, modules] of Object.entries(promises)) {
    parts.push([promise, gzipped - (await bundle("bundle-with.js", without(modules))).gzipped])
  }
  return parts.toSorted(([, left], [, right]) => right - left)
}
