// Resolves every install line of the documents, installs the tarballs of `npm run pack` in empty projects as the README says,
// type-checks with two versions of TypeScript, and runs every code block of the documents on every supported Node.js. The
// emulator stands in for OpenRouter: `OPENROUTER_BASE_URL` points to it, and it has a record for every id that a block names.
// What does not depend on each other runs at the same time.
import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import { HttpServer } from "@effect/platform"
import { NodeHttpServer } from "@effect/platform-node"
import { Effect, Layer } from "effect"
import { execFile, type ExecFileOptions } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import { availableParallelism, tmpdir } from "node:os"
import { basename, join } from "node:path"
import { type Package, publicModules, publicPackages, root } from "../setup/workspace.mjs"
import { examples } from "./examples.js"
import { checkInstallLines, installedVersion, installLines, packageName, pinned } from "./installLines.js"
import { layoutsProgram } from "./layouts.js"

/** The oldest supported Node.js, and the newest majors with long-term support. */
const nodeVersions = [
  // begin: Effect 3 only
  "20.19.0",
  // end: Effect 3 only
  "22.23.3",
  "24.21.0"
]

const folder = mkdtempSync(join(tmpdir(), "installed-"))
const cache = join(root, "node_modules", ".cache")

/** As many processes as there are cores run at the same time. */
const permits = Effect.unsafeMakeSemaphore(availableParallelism())

interface Result {
  readonly code: number
  readonly output: string
}

/** Runs a process to its end. */
const start = (command: string, args: ReadonlyArray<string>, options: ExecFileOptions): Effect.Effect<Result> =>
  permits.withPermits(1)(Effect.async((resume) => {
    execFile(command, [...args], { maxBuffer: Infinity, ...options }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : 1
      resume(Effect.succeed({ code, output: `${stdout}${stderr}` }))
    })
  }))

/** Runs a process that must succeed. */
const runToEnd = (command: string, args: ReadonlyArray<string>, options: ExecFileOptions) =>
  Effect.flatMap(
    start(command, args, options),
    ({ code, output }) =>
      code === 0 ? Effect.succeed(output) : Effect.fail(`${[command, ...args].join(" ")} failed:\n${output}`)
  )

/** Makes an empty project. */
const makeProject = (name: string): string => {
  const project = join(folder, name)
  mkdirSync(project)
  writeFileSync(join(project, "package.json"), JSON.stringify({ private: true, type: "module" }))
  return project
}

const npmInstall = (project: string, specs: Iterable<string>) =>
  runToEnd("npm", [
    "install",
    "--prefer-offline",
    "--no-audit",
    "--no-fund",
    "--loglevel",
    "error",
    ...new Set(specs)
  ], { cwd: project })

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

type TypeScript = keyof typeof typeScripts

/** Type-checks modules in a project with both versions of TypeScript. Each leaves what it emits in a folder of its name. */
const typeCheck = (
  project: string,
  what: string,
  modules: ReadonlyArray<Module>,
  types: ReadonlyArray<string>,
  resolution: "NodeNext" | "bundler" = "NodeNext"
) => {
  for (const [name, module] of modules) writeFileSync(join(project, `${name}.ts`), module)
  return Effect.forEach(Object.entries(typeScripts), ([name, version]) => {
    const config = `${what.replaceAll(" ", "-")}.${name}.json`
    writeFileSync(
      join(project, config),
      JSON.stringify({
        compilerOptions: {
          target: "ES2022",
          module: resolution === "bundler" ? "ESNext" : resolution,
          moduleResolution: resolution,
          strict: true,
          exactOptionalPropertyTypes: true,
          skipLibCheck: false,
          outDir: name,
          declaration: true,
          types
        },
        files: modules.map(([name]) => `${name}.ts`)
      })
    )
    const compiler = join("node_modules", name, "bin", "tsc")
    return Effect.tap(
      runToEnd(process.execPath, [compiler, "-p", config], { cwd: project }),
      () => Effect.sync(() => console.log(`TypeScript ${version} accepts ${what}`))
    )
  }, { concurrency: "unbounded", discard: true })
}

/** Returns a module for each library that imports its root. The command is no library. */
const roots = (packages: ReadonlyArray<Package>) =>
  packages.filter((each) => publicModules(each).length > 0).map((
    { folder, manifest }
  ): Module => [`root-of-${basename(folder)}`, `export * from "${manifest.name}"\n`])

const compilers = Object.entries(typeScripts).map(([name, version]) => `${name}@npm:typescript@${version}`)

/** Checks our packages without their optional peers. */
const checkLean = Effect.gen(function*() {
  const project = makeProject("lean")
  yield* npmInstall(project, [
    ...documented.filter((name) => publicPackages.every((each) => getName(each) !== name || lean.includes(each))).map(
      pinned
    ),
    ...lean.map(getName).map(pinned),
    ...compilers
  ])
  const brought = optionalPeers.filter((name) => existsSync(join(project, "node_modules", name)))
  if (brought.length > 0) return yield* Effect.fail(`not optional: ${brought.join(", ")}`)
  yield* Effect.all([
    typeCheck(project, "the packages without their optional peers", roots(lean), []),
    typeCheck(project, "the same with the module resolution of bundlers", roots(lean), [], "bundler")
  ], { concurrency: "unbounded" })
})

/** The project with everything, in which the examples run as TypeScript 7 compiles them. */
const project = makeProject("full")
const compiled: TypeScript = "typescript-7"

/** Fails if a declaration that a consumer's build emits does not name public types. */
const checkDeclarations = (name: string) => {
  const unnamed = readFileSync(join(project, name, "consumer.d.ts"), "utf8").split("\n").filter((line) =>
    /internal|\/dist\/|\bany\b/.test(line)
  )
  return unnamed.length === 0
    ? Effect.void
    : Effect.fail(`a declaration of a consumer names no public type:\n${unnamed.join("\n")}`)
}

const checkFull = Effect.gen(function*() {
  yield* npmInstall(project, [
    ...[...documented, ...publicPackages.map(getName), ...peers, ...imported].map(pinned),
    ...compilers
  ])
  const exampleModules = examples.map(({ module, name }): Module => [name, module])
  const consumer: Module = ["consumer", readFileSync(join(root, "scripts/check/consumer.ts"), "utf8")]
  yield* Effect.all([
    typeCheck(project, "the examples", [...roots(publicPackages), ...exampleModules], ["node"]),
    typeCheck(project, "the declarations of a consumer", [consumer], [])
  ], { concurrency: "unbounded" })
  yield* Effect.forEach(Object.keys(typeScripts), checkDeclarations)
})

/** Installs a Node.js from npm's package `node` into the cache, and returns its executable. */
const installNode = (version: string) =>
  Effect.gen(function*() {
    const folder = join(cache, `node-${version}`)
    const executable = join(folder, "node_modules", "node", "bin", "node")
    if (!existsSync(executable)) {
      mkdirSync(folder, { recursive: true })
      writeFileSync(join(folder, "package.json"), "{}")
      yield* npmInstall(folder, [`node@${version}`])
    }
    return executable
  })

/** Another patch of Effect than ours, and the Bun on which the command must run. */
const besideEffect = "3.22.3"
const bunVersion = "1.4.5"

/** Runs `get --json` beside another patch of Effect: it must print one line of JSON, and nothing else. */
const runBeside = (env: NodeJS.ProcessEnv) =>
  Effect.gen(function*() {
    const project = makeProject("beside")
    yield* npmInstall(project, [`effect@${besideEffect}`, `bun@${bunVersion}`, pinned("@effect-openrouter/cli")])
    const at = (...names: ReadonlyArray<string>) => join(project, "node_modules", ...names)
    const command = at("@effect-openrouter", "cli", "dist", "main.js")
    return yield* Effect.forEach([process.execPath, at("bun", "bin", "bun.exe")], (executable) =>
      Effect.map(
        start(executable, [command, "get", "--json", "gen-1"], { env, timeout: 30_000 }),
        ({ code, output }) =>
          code === 0 && /^\{"_tag":"Settled","id":"gen-1",.*\}\n$/.test(output)
            ? []
            : [`The command failed beside effect ${besideEffect} on ${executable}:\n${output}`]
      ))
  })

/** Other majors of undici than ours: `client/node` must work with the newest one, and name the ones that are too old. */
const otherUndici = { "5.29.0": false, "6.29.1": false, "8.13.0": true }

const nodeProgram = `
import { OpenRouterClient } from "@effect-openrouter/client"
import * as NodeClient from "@effect-openrouter/client/node"
import { Generations } from "@effect-openrouter/generations"
import { Effect, Layer } from "effect"

const OpenRouter = Generations.layer.pipe(
  Layer.provide(OpenRouterClient.layerConfig()),
  Layer.provide(NodeClient.layer)
)
const { id } = await Generations.get("gen-1").pipe(Effect.provide(OpenRouter), Effect.runPromise)
console.log(id)
`

/** Runs a program over `client/node` beside the other majors of undici. */
const runBesideUndici = (executable: string, env: NodeJS.ProcessEnv) =>
  Effect.forEach(Object.entries(otherUndici), ([version, isUsable]) =>
    Effect.gen(function*() {
      const project = makeProject(`undici-${version}`)
      yield* npmInstall(project, [`undici@${version}`, ...documented.map(pinned)])
      writeFileSync(join(project, "main.js"), nodeProgram)
      const { code, output } = yield* start(executable, ["main.js"], { cwd: project, env, timeout: 30_000 })
      const isExpected = isUsable
        ? code === 0 && output === "gen-1\n"
        : code !== 0 && output.includes("needs a dispatcher of undici 7.10")
      return isExpected ? [] : [`client/node beside undici ${version} ended with code ${code}:\n${output}`]
    }), { concurrency: "unbounded" })

/** The help of every command, which must be printed without a failure. */
const commands = publicPackages.flatMap(({ manifest }) =>
  Object.entries(manifest.bin ?? {}).map(([command, file]) => ({
    place: command,
    args: [join("node_modules", manifest.name, file), "--help"]
  }))
)

const runCommand = (executable: string, { args, place }: (typeof commands)[number], env: NodeJS.ProcessEnv) =>
  Effect.map(
    start(executable, args, { cwd: project, env, timeout: 30_000 }),
    ({ code, output }) => code === 0 ? [] : [`${place} failed on ${executable}:\n${output}`]
  )

/** Checks what Node.js and bundlers get of the packages. */
const runLayouts = (executable: string) =>
  Effect.map(
    Effect.zipRight(
      Effect.sync(() => writeFileSync(join(project, "layouts.js"), layoutsProgram)),
      start(executable, ["layouts.js"], { cwd: project, timeout: 30_000 })
    ),
    ({ code, output }) => code === 0 ? [] : [`The exports differ on ${executable}:\n${output}`]
  )

const runner = join(root, "scripts", "check", "runModules.mjs")

/**
 * Runs examples in one process, which loads Effect once, and returns a description of each that failed. A failure ends the
 * process: what is left runs in another one.
 */
const runExamples = (
  executable: string,
  batch: ReadonlyArray<(typeof examples)[number]>,
  env: NodeJS.ProcessEnv
): Effect.Effect<ReadonlyArray<string>> =>
  Effect.gen(function*() {
    const modules = batch.map(({ name }) => join(project, compiled, `${name}.js`))
    const { code, output } = yield* start(executable, [runner, ...modules], {
      cwd: project,
      env,
      timeout: 30_000 * (batch.length + 1)
    })
    const lines = output.split("\n")
    if (lines.includes("--- end")) return []
    const last = modules.findLastIndex((name) => lines.includes(`--- ${name}`))
    const started = output.slice(output.lastIndexOf(`--- ${modules[last]}`))
    // A program may end its process itself.
    const failed = code === 0 ? [] : [`${batch[last]?.place} failed on ${executable}:\n${started}`]
    return [...failed, ...yield* runExamples(executable, batch.slice(Math.max(last, 0) + 1), env)]
  })

/** Deals a list out to as many batches as there are cores. */
const batches = <A>(list: ReadonlyArray<A>): ReadonlyArray<ReadonlyArray<A>> =>
  Array.from(
    { length: availableParallelism() },
    (_, core) => list.filter((_, index) => index % availableParallelism() === core)
  )

const check = Effect.gen(function*() {
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
  const runAll = Effect.flatMap(
    Effect.all([Effect.forEach(nodeVersions, installNode, { concurrency: "unbounded" }), checkFull], {
      concurrency: "unbounded"
    }),
    ([executables]) =>
      Effect.all([
        ...executables.flatMap((executable) => [
          ...batches(examples).map((batch) => runExamples(executable, batch, env)),
          ...commands.map((command) => runCommand(executable, command, env)),
          runLayouts(executable)
        ]),
        Effect.map(runBesideUndici(executables[1] ?? process.execPath, env), (failures) => failures.flat())
      ], { concurrency: "unbounded" })
  )
  const lines = Effect.promise(checkInstallLines)
  const [programs, beside, failedLines] = yield* Effect.all([runAll, runBeside(env), lines, checkLean], {
    concurrency: "unbounded"
  })
  return [...programs.flat(), ...beside.flat(), ...failedLines]
})

const Emulated = OpenRouterEmulator.serve.pipe(
  Layer.provideMerge(OpenRouterEmulator.layer),
  Layer.provideMerge(NodeHttpServer.layer(createServer, { host: "127.0.0.1", port: 0 }))
)

console.log(`in ${folder}, which is kept after a failure`)
const failures = await check.pipe(
  Effect.catchAll((failure) => Effect.succeed([failure])),
  Effect.provide(Emulated),
  Effect.runPromise
)
for (const failure of failures) console.error(failure)
console.log(
  `${examples.length + commands.length} programs run on Node.js ${
    nodeVersions.join(", ")
  }: ${failures.length} failures, install lines included`
)
if (failures.length === 0) rmSync(folder, { recursive: true, force: true })
process.exitCode = failures.length === 0 ? 0 : 1
