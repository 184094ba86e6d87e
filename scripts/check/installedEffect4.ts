// Installs the tarballs for Effect 4 beside it, type-checks a program with two versions of TypeScript, and runs it over fetch and
// Node.js on the oldest supported Node.js and the newest. The blocks of the documents compile and run there, too. The emulator stands
// in for OpenRouter. npm has to reject each line beside the other major of Effect, and where that is forced, TypeScript has to
// say what to install.
import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import { HttpServer } from "@effect/platform"
import { NodeHttpServer } from "@effect/platform-node"
import { Effect, Layer } from "effect"
import { execFile, spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { catalog, derivedPackages, derivedTarballPath, nodeVersion } from "../effect-4/packages.js"
import { installNode } from "../setup/installNode.js"
import { artifacts, packages, readJson, root, run, tarballPath } from "../setup/workspace.mjs"
import { readExamples } from "./examples.js"
import { layoutsProgram } from "./layouts.js"

const oldestNode = "22.19.0"
const project = mkdtempSync(join(tmpdir(), "installed-4-"))

const ours = (name: string) => {
  const found = packages.find(({ folder }) => folder === join(root, "packages", name))
  if (found === undefined) throw new Error(`there is no packages/${name}`)
  return found
}
const line3 = (name: string) => tarballPath(ours(name))
const line4 = (name: string) => derivedTarballPath(ours(name))

const readVersion = (folder: string, name: string): string =>
  readJson(join(root, folder, "node_modules", name, "package.json")).version

const effect3 = `effect@${readVersion(".", "effect")}`
const platform3 = `@effect/platform@${readVersion(".", "@effect/platform")}`
const effect4 = `effect@${catalog["effect"]}`
const typeScripts = [readVersion("scripts/effect-4", "typescript"), readVersion(".", "typescript")]

const repository = join(artifacts, "effect-4", "repository")
const examples = readExamples(repository)

/** The name of a package of others that a module imports. */
const specifier = /(?<= from ")(?!node:|@effect-openrouter\/|effect["/])(?:@[^/"]+\/)?[^@/":]+/g

/** The packages of others that the examples import, at the versions that the line for Effect 4 is tested with. */
const imported = [...new Set(examples.flatMap(({ module }) => module.match(specifier) ?? []))]
  .map((name) => `${name}@${readVersion(join(".artifacts", "effect-4", "repository"), name)}`)

/** The peers of @effect/opentelemetry that its document names. */
const telemetry = ["@opentelemetry/sdk-trace-node@2", "@opentelemetry/sdk-metrics@2", "@opentelemetry/sdk-logs@0.223"]

const libraries = ["core", "client", "generations"]

const program = `import { OpenRouterClient } from "@effect-openrouter/client"
import * as FetchClient from "@effect-openrouter/client/fetch"
import * as NodeClient from "@effect-openrouter/client/node"
import { Usage } from "@effect-openrouter/core"
import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import { Generations } from "@effect-openrouter/generations"
import { Console, Effect, Layer } from "effect"
import { FetchHttpClient } from "effect/http"

const cost = Effect.flatMap(Generations.get("gen-1"), (generation) => Console.log(Usage.effectiveCost(generation)))

for (const transport of [FetchHttpClient.layer, FetchClient.layer, NodeClient.layer]) {
  const OpenRouter = Generations.layer.pipe(Layer.provide(OpenRouterClient.layerConfig()), Layer.provide(transport))
  await Effect.runPromise(Effect.provide(cost, OpenRouter))
}

const inMemory = Effect.gen(function*() {
  const emulator = yield* OpenRouterEmulator
  yield* emulator.add({ id: "gen-1", totalCost: 0.0015 })
  yield* cost
})
const Emulated = Generations.layer.pipe(
  Layer.provide(OpenRouterClient.layerConfig()),
  Layer.provide(OpenRouterEmulator.layerHttpClient),
  Layer.provideMerge(OpenRouterEmulator.layer)
)
await Effect.runPromise(Effect.provide(inMemory, Emulated))
`

const mismatched = `import { Generations } from "@effect-openrouter/generations"

export const cost = Generations.get("gen-1")
`

const options = ["--no-audit", "--no-fund", "--loglevel", "error"]

/** Writes an empty project with a module. */
const makeProject = (name: string, text: string, skipLibCheck: boolean): string => {
  const folder = join(project, name)
  mkdirSync(folder)
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }))
  writeFileSync(join(folder, "program.ts"), text)
  writeConfig(folder, ["program"], skipLibCheck, [])
  return folder
}

/** Writes which modules of a project are compiled. */
const writeConfig = (
  folder: string,
  modules: ReadonlyArray<string>,
  skipLibCheck: boolean,
  types: ReadonlyArray<string>
) => {
  const compilerOptions = { target: "ES2022", module: "NodeNext", strict: true, skipLibCheck, outDir: "out", types }
  const files = modules.map((name) => `${name}.ts`)
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files }))
}

const npm = (folder: string, args: ReadonlyArray<string>) =>
  spawnSync("npm", ["install", ...options, ...args], { cwd: folder, encoding: "utf8" })

/** Compiles with a version of TypeScript. Returns what it wrote. */
const compile = (folder: string, version: string): string => {
  const { stdout } = spawnSync(process.execPath, [
    join(project, "node_modules", `typescript-${version}`, "bin", "tsc"),
    "--pretty",
    "false"
  ], {
    cwd: folder,
    encoding: "utf8"
  })
  return stdout
}

const failures: Array<string> = []
const check = (what: string, problem: string | undefined) => {
  console.log(`${problem === undefined ? "ok" : "FAILED"}: ${what}`)
  if (problem !== undefined) failures.push(`${what}:\n${problem}`)
}

console.log(`in ${project}, which is kept after a failure`)
const compilers = typeScripts.map((version) => `typescript-${version}@npm:typescript@${version}`)
writeFileSync(join(project, "package.json"), "{}")
run(["npm", "install", ...options, ...compilers], project)

const right = makeProject("right", program, false)
const tarballs = [...derivedPackages, "cli"].map(line4)
run(
  ["npm", "install", ...options, effect4, "undici@7", "@types/node@22", ...telemetry, ...imported, ...tarballs],
  right
)
for (const version of typeScripts) {
  const output = compile(right, version)
  check(`TypeScript ${version} accepts a program with Effect 4`, output === "" ? undefined : output)
}

writeFileSync(join(right, "layouts.js"), layoutsProgram)
for (const { module, name } of examples) writeFileSync(join(right, `${name}.ts`), module)
writeConfig(right, ["program", ...examples.map(({ name }) => name)], true, ["node"])
for (const version of typeScripts) {
  const output = compile(right, version)
  check(`TypeScript ${version} accepts ${examples.length} blocks of the documents`, output === "" ? undefined : output)
}

/** What npm must reject, and what must be said to who forces it. */
const wrong = [
  {
    what: "4.x beside Effect 3",
    peers: [effect3, platform3],
    tarballs: libraries.map(line4),
    install: "@effect-openrouter/generations@3"
  },
  {
    what: "3.x beside Effect 4",
    peers: [effect4],
    tarballs: libraries.map(line3),
    install: "@effect-openrouter/generations@4"
  }
]
for (const [index, { install, peers, tarballs, what }] of wrong.entries()) {
  const folder = makeProject(`wrong-${index}`, mismatched, true)
  const { status, stderr } = npm(folder, ["--package-lock-only", ...peers, ...tarballs])
  check(`npm rejects ${what}`, status !== 0 && stderr.includes("ERESOLVE") ? undefined : stderr)
  run(["npm", "install", ...options, "--legacy-peer-deps", ...peers, ...tarballs], folder)
  for (const version of typeScripts) {
    const [first = "no error"] = compile(folder, version).split("\n")
    check(`TypeScript ${version} says what to install for ${what}`, first.includes(install) ? undefined : first)
  }
}

interface Run {
  readonly what: string
  readonly executable: string
  readonly args: ReadonlyArray<string>
  readonly expected: RegExp
  /** Output to stderr is no failure. */
  readonly mayWarn?: boolean
}

const runs = [oldestNode, nodeVersion].flatMap((version): ReadonlyArray<Run> => {
  const executable = installNode(version)
  const cli = join("node_modules", "@effect-openrouter", "cli", "dist", "main.js")
  return [
    {
      what: `the program on Node.js ${version}`,
      executable,
      args: [join("out", "program.js")],
      expected: /^(?:0\.0015\n){4}$/
    },
    {
      what: `the exports on Node.js ${version}`,
      executable,
      args: ["layouts.js"],
      expected: /^ok\n$/
    },
    {
      what: `the command on Node.js ${version}`,
      executable,
      args: [cli, "get", "--json", "gen-1"],
      expected: /^\{"_tag":"Settled","id":"gen-1",.*\}\n$/
    },
    {
      what: `the blocks of the documents on Node.js ${version}`,
      executable,
      args: [
        join(root, "scripts", "check", "runModules.mjs"),
        ...examples.map(({ name }) => join(right, "out", `${name}.js`))
      ],
      expected: /^--- end$/m,
      mayWarn: true
    }
  ]
})

const runAll = Effect.gen(function*() {
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
  for (const { args, executable, expected, mayWarn = false, what } of runs) {
    const problem = yield* Effect.async<string | undefined>((resume) => {
      execFile(executable, [...args], { cwd: right, env, timeout: 120_000 }, (error, stdout, stderr) => {
        const isGood = error === null && (mayWarn || stderr === "") && expected.test(stdout)
        resume(Effect.succeed(isGood ? undefined : `${error?.message ?? ""}\n${stdout}${stderr}`))
      })
    })
    check(what, problem)
  }
})

await Effect.runPromise(Effect.provide(
  runAll,
  OpenRouterEmulator.serve.pipe(
    Layer.provideMerge(OpenRouterEmulator.layer),
    Layer.provideMerge(NodeHttpServer.layer(createServer, { host: "127.0.0.1", port: 0 }))
  )
))

for (const failure of failures) console.error(failure)
if (failures.length === 0) rmSync(project, { recursive: true, force: true })
process.exitCode = failures.length === 0 ? 0 : 1
