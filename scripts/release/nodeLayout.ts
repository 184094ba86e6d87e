// Writes `dist/node` of the packages that a call loads, for runtimes that load modules from files: Node.js takes about a millisecond
// for each file. There, one file of a package has what a call loads, another one has what the root of the package loads in addition,
// and each public module exports its part of them. Bundlers for browsers read `dist` itself: they leave out a module that a program
// does not use, but not a class of a shared file.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { type Plugin, type PluginContext, rollup } from "rollup"
import { publicModules, readJson } from "../setup/workspace.mjs"

/**
 * The modules of each package that a call imports. The packages import them from each other's `internal/call`. Published versions do
 * that, too, so a module that is in this list has to stay in it.
 */
export const calls = {
  core: [
    "ConnectionError",
    "FeedbackCategory",
    "GenerationId",
    "GenerationUsage",
    "InvalidRequestError",
    "OpenRouterDefaultError",
    "OpenRouterError",
    "RequestTimeoutError",
    "ResponseValidationError",
    "internal/check",
    "internal/decoders",
    "internal/error/hidden",
    "internal/error/httpStatus",
    "internal/error/transientStatuses",
    "internal/otherId"
  ],
  client: ["OpenRouterClient", "OptionsConfig", "internal/tracing"],
  generations: ["Generations"]
}

/** A module of one of our packages that is not in `internal/call`. */
const isOtherModule = /^@effect-openrouter\/(?!\w+\/internal\/call$)/

/** Writes `dist/node` of these packages in a repository, from the modules that the compiler wrote to `dist`. */
export const writeNodeLayout = async (repository: string): Promise<void> => {
  const generated = new Map<string, string>()
  const write = async (name: keyof typeof calls) => {
    const folder = join(repository, "packages", name)
    const file = (module: string) => join(folder, "dist", `${module}.js`)
    const modules = exportedModules(folder)
    for (const module of modules) generated.set(`entry:${module}`, `export * from ${JSON.stringify(file(module))}`)
    const bundle = await rollup({
      input: Object.fromEntries([...modules, "internal/call"].map((module) => [module, `entry:${module}`])),
      plugins: [generate(generated, `@effect-openrouter/${name}`, calls[name], file)],
      treeshake: { moduleSideEffects: (_, isExternal) => !isExternal },
      onLog: (_, { code, message }) => {
        // A module of types is empty.
        if (code !== "EMPTY_BUNDLE") throw new Error(message)
      }
    })
    const { output } = await bundle.write({
      dir: join(folder, "dist", "node"),
      format: "es",
      generatedCode: "es2015",
      sourcemap: true,
      hoistTransitiveImports: false,
      minifyInternalExports: false,
      chunkFileNames: "internal/chunks/[name].js",
      manualChunks: (id, { getModuleInfo }) =>
        reachable(calls[name].map(file), getModuleInfo).has(id)
          ? "call"
          : reachable([file("index")], getModuleInfo).has(id)
          ? "root"
          : undefined
    })
    const call = output.find((file) => file.type === "chunk" && file.name === "call")
    const others = call?.type === "chunk" ? call.imports.filter((path) => isOtherModule.test(path)) : []
    if (others.length > 0) throw new Error(`A call of ${name} also loads ${others.join(", ")}: add them to \`calls\``)
  }
  await write("core")
  await write("client")
  await write("generations")
}

/** Returns the modules of a package that another package can import. */
const exportedModules = (folder: string): ReadonlyArray<string> => {
  const manifest = readJson(join(folder, "package.json"))
  const internal = Object.keys(manifest.exports).filter((path) => /^\.\/internal\/(?!call$|\*)/.test(path))
  return [...publicModules({ folder, manifest }), ...internal.map((path) => path.slice("./".length))]
}

/**
 * Adds `entry:internal/call` of a package to the generated modules, and for each module in it one that another package gets instead.
 * Other imports of packages stay as they are.
 */
const generate = (
  generated: Map<string, string>,
  name: string,
  modules: ReadonlyArray<string>,
  file: (module: string) => string
): Plugin => ({
  name: "generate",
  async buildStart() {
    const lines = await Promise.all(modules.map(async (module) => {
      const { exports } = await this.load({ id: file(module) })
      const pairs = (exports ?? []).map((own) => [own, `${module.replaceAll("/", "_")}$${own}`])
      const imported = pairs.map(([own, inCall]) => `${inCall} as ${own}`).join(", ")
      generated.set(`${name}/${module}`, `export { ${imported} } from "${name}/internal/call"`)
      return `export { ${pairs.map((pair) => pair.join(" as ")).join(", ")} } from ${JSON.stringify(file(module))}`
    }))
    generated.set("entry:internal/call", lines.join("\n"))
  },
  resolveId: (source) =>
    generated.has(source) ? `\0${source}` : /^[./]/.test(source) ? undefined : { id: source, external: true },
  load: (id) =>
    generated.get(id.slice("\0".length)) ??
      { code: readFileSync(id, "utf8"), map: readFileSync(`${id}.map`, "utf8") }
})

/** Returns the modules that some modules of a package import, and these. */
const reachable = (ids: ReadonlyArray<string>, getModuleInfo: PluginContext["getModuleInfo"]): ReadonlySet<string> => {
  const found = new Set(ids)
  for (const id of found) for (const imported of getModuleInfo(id)?.importedIds ?? []) found.add(imported)
  return found
}
