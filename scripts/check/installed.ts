// Resolves every install line of the documents, installs the tarballs of `npm run pack` in an empty project as the README
// says, type-checks with two versions of
// TypeScript, and runs every code block of the documents on every supported Node.js. The emulator stands in for OpenRouter:
// `OPENROUTER_BASE_URL` points to it, and it has a record for every id that a block names.
import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import { HttpServer } from "@effect/platform"
import { NodeHttpServer } from "@effect/platform-node"
import { Effect, Layer } from "effect"
import { execFile } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import { availableParallelism, tmpdir } from "node:os"
import { basename, join } from "node:path"
import { type Package, publicModules, publicPackages, root, run } from "../setup/workspace.mjs"
import { examples } from "./examples.js"
import { checkInstallLines, installedVersion, installLines, packageName, pinned } from "./installLines.js"

/** The oldest supported Node.js, and the newest majors with long-term support. */
const nodeVersions = ["20.19.0", "22.23.3", "24.21.0"]

const project = mkdtempSync(join(tmpdir(), "installed-"))
const cache = join(root, "node_modules", ".cache")

const write = (name: string, content: string) => writeFileSync(join(project, name), content)
const writeJson = (name: string, value: unknown) => write(name, JSON.stringify(value))

const npmInstall = (folder: string, specs: Iterable<string>) =>
  run(["npm", "install", "--no-audit", "--no-fund", "--loglevel", "error", ...new Set(specs)], folder)

/** The packages of the README's install lines. */
const documented = installLines
  .filter(({ place }) => place.startsWith("README.md:"))
  .flatMap(({ words }) => words.map(packageName))

const getName = ({ manifest }: Package) => manifest.name

/** The optional peers, such as undici. */
const optionalPeers = publicPackages.flatMap(({ manifest }) => Object.keys(manifest.peerDependenciesMeta ?? {}))

const isRequired = ({ manifest }: Package, name: string) =>
  name in { ...manifest.dependencies, ...manifest.peerDependencies } &&
  manifest.peerDependenciesMeta?.[name]?.optional !== true

/** Our packages that do not require what is optional for another one. */
const lean = publicPackages.filter((each) => !optionalPeers.some((name) => isRequired(each, name)))

/** Every peer, at the version of this repository: npm takes long to choose among versions. */
const peers = publicPackages.flatMap(({ manifest }) => Object.keys(manifest.peerDependencies ?? {}))

/** The packages that the examples import, and those that the declarations of @effect/experimental's Redis import. */
const imported = ["@types/node", "ioredis"].concat(
  examples.flatMap(({ module }) =>
    [...module.matchAll(/ from "(?!node:)((?:@[^/"]+\/)?[^@/":]+)/g)].map(([, name = ""]) => name)
  )
)

const typeScripts = {
  "typescript-5": installedVersion(join(root, "scripts", "docs"), "typescript"),
  "typescript-7": installedVersion(root, "typescript")
}

type Module = readonly [name: string, text: string]

const typeCheck = (
  what: string,
  modules: ReadonlyArray<Module>,
  types: ReadonlyArray<string>,
  resolution: "NodeNext" | "bundler" = "NodeNext"
) => {
  for (const [name, module] of modules) write(`${name}.ts`, module)
  writeJson("tsconfig.json", {
    compilerOptions: {
      target: "ES2022",
      module: resolution === "bundler" ? "ESNext" : resolution,
      moduleResolution: resolution,
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: false,
      outDir: "out",
      declaration: true,
      types
    },
    files: modules.map(([name]) => `${name}.ts`)
  })
  for (const [name, version] of Object.entries(typeScripts)) {
    run([process.execPath, join("node_modules", name, "bin", "tsc")], project)
    console.log(`TypeScript ${version} accepts ${what}`)
  }
}

/** Returns a module for each library that imports its root. The command is no library. */
const roots = (packages: ReadonlyArray<Package>) =>
  packages.filter((each) => publicModules(each).length > 0).map((
    { folder, manifest }
  ): Module => [`root-of-${basename(folder)}`, `export * from "${manifest.name}"\n`])

console.log(`in ${project}, which is kept after a failure`)
writeJson("package.json", { private: true, type: "module" })
npmInstall(project, [
  ...documented.filter((name) => publicPackages.every((each) => getName(each) !== name || lean.includes(each))).map(
    pinned
  ),
  ...lean.map(getName).map(pinned),
  ...Object.entries(typeScripts).map(([name, version]) => `${name}@npm:typescript@${version}`)
])
const brought = optionalPeers.filter((name) => existsSync(join(project, "node_modules", name)))
if (brought.length > 0) throw new Error(`not optional: ${brought.join(", ")}`)
typeCheck("the packages without their optional peers", roots(lean), [])
typeCheck("the same with the module resolution of bundlers", roots(lean), [], "bundler")

npmInstall(project, [...publicPackages.map(getName), ...peers, ...imported].map(pinned))
typeCheck("the examples", [...roots(publicPackages), ...examples.map(({ module, name }): Module => [name, module])], [
  "node"
])

typeCheck("the declarations of a consumer", [[
  "consumer",
  readFileSync(join(root, "scripts/check/consumer.ts"), "utf8")
]], [])
const unnamed = readFileSync(join(project, "out", "consumer.d.ts"), "utf8").split("\n").filter((line) =>
  /internal|\/dist\/|\bany\b/.test(line)
)
if (unnamed.length > 0) throw new Error(`a declaration of a consumer names no public type:\n${unnamed.join("\n")}`)

/** Installs a Node.js from npm's package `node` into the cache, and returns its executable. */
const installNode = (version: string): string => {
  const folder = join(cache, `node-${version}`)
  const executable = join(folder, "node_modules", "node", "bin", "node")
  if (!existsSync(executable)) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, "package.json"), "{}")
    npmInstall(folder, [`node@${version}`])
  }
  return executable
}

/** Another patch of Effect than ours, and the Bun on which the command must run. */
const besideEffect = "3.22.3"
const bunVersion = "1.4.5"

/** Installs the command beside another patch of Effect, and returns its file and the executable of Bun. */
const installBeside = () => {
  const folder = join(project, "beside")
  mkdirSync(folder)
  writeFileSync(join(folder, "package.json"), "{}")
  npmInstall(folder, [`effect@${besideEffect}`, `bun@${bunVersion}`, pinned("@effect-openrouter/cli")])
  const at = (...names: ReadonlyArray<string>) => join(folder, "node_modules", ...names)
  return { command: at("@effect-openrouter", "cli", "dist", "main.js"), bun: at("bun", "bin", "bun.exe") }
}

/** Runs `get --json` beside another patch of Effect: it must print one line of JSON, and nothing else. */
const runBeside = (env: NodeJS.ProcessEnv) =>
  Effect.suspend(() => {
    const { bun, command } = installBeside()
    const runOn = (executable: string) =>
      Effect.async<ReadonlyArray<string>>((resume) => {
        execFile(executable, [command, "get", "--json", "gen-1"], { env, timeout: 30_000 }, (error, stdout, stderr) => {
          const isGood = error === null && stderr === "" && /^\{"_tag":"Settled","id":"gen-1",.*\}\n$/.test(stdout)
          resume(Effect.succeed(
            isGood ? [] : [`The command failed beside effect ${besideEffect} on ${executable}:\n${stdout}${stderr}`]
          ))
        })
      })
    return Effect.map(Effect.all([runOn(process.execPath), runOn(bun)]), (failures) => failures.flat())
  })

interface Program {
  readonly place: string
  readonly args: ReadonlyArray<string>
}

/** The programs that must run without a failure: every example, and the help of every command. */
const programs: ReadonlyArray<Program> = [
  ...examples.map(({ name, place }) => ({ place, args: [join("out", `${name}.js`), "gen-1"] })),
  ...publicPackages.flatMap(({ manifest }) =>
    Object.entries(manifest.bin ?? {}).map(([command, file]) => ({
      place: command,
      args: [join("node_modules", manifest.name, file), "--help"]
    }))
  )
]

/** Runs a program and returns a description of its failure, if it failed. */
const runProgram = (executable: string, { args, place }: Program, env: NodeJS.ProcessEnv) =>
  Effect.async<ReadonlyArray<string>>((resume) => {
    execFile(executable, [...args], { cwd: project, env, timeout: 30_000 }, (error, stdout, stderr) => {
      const how = error?.killed === true ? "was killed after 30 seconds" : "failed"
      resume(Effect.succeed(error === null ? [] : [`${place} ${how} on ${executable}:\n${stdout}${stderr}`]))
    })
  })

const runPrograms = Effect.gen(function*() {
  const emulator = yield* OpenRouterEmulator
  const ids = new Set(examples.flatMap(({ module }) => module.match(/gen-[^"'`\s]+/g) ?? []))
  const content = { input: { prompt: "?" }, output: { completion: "!" } }
  for (const id of ids.add("gen-1")) yield* emulator.add({ id, model: "openai/gpt-4o", totalCost: 0.0015 }, { content })

  const { address } = yield* HttpServer.HttpServer
  if (address._tag !== "TcpAddress") return yield* Effect.dieMessage("the emulator has no port")
  const env = {
    PATH: process.env["PATH"],
    OPENROUTER_API_KEY: "sk-or-v1-0123456789abcdef",
    OPENROUTER_BASE_URL: `http://127.0.0.1:${address.port}/api/v1`
  }
  const failures = nodeVersions.map(installNode).flatMap((executable) =>
    programs.map((program) => runProgram(executable, program, env))
  )
  return (yield* Effect.all([...failures, runBeside(env)], { concurrency: availableParallelism() })).flat()
})

const Emulated = OpenRouterEmulator.serve.pipe(
  Layer.provideMerge(OpenRouterEmulator.layer),
  Layer.provideMerge(NodeHttpServer.layer(createServer, { host: "127.0.0.1", port: 0 }))
)

const failures = (await Promise.all([
  checkInstallLines(),
  Effect.runPromise(Effect.provide(runPrograms, Emulated))
])).flat()
for (const failure of failures) console.error(failure)
console.log(
  `${programs.length} programs run on Node.js ${
    nodeVersions.join(", ")
  }: ${failures.length} failures, install lines included`
)
if (failures.length === 0) rmSync(project, { recursive: true, force: true })
process.exitCode = failures.length === 0 ? 0 : 1
