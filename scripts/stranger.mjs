// A stranger's project. It installs the tarballs of `npm run pack` as the README says, type-checks with two TypeScripts,
// and runs every code block of the documents on every Node.js that is supported. OpenRouter is the emulator there:
// `OPENROUTER_BASE_URL` leads to it, and it knows every id that a block names.
import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import { HttpServer } from "@effect/platform"
import { NodeHttpServer } from "@effect/platform-node"
import { Effect, Layer } from "effect"
import { execFile } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import { availableParallelism, tmpdir } from "node:os"
import { basename, join } from "node:path"
import { examples } from "./examples.mjs"
import { packages, publicPackages, readJson, root, run, tarballOf } from "./workspace.mjs"

/** The oldest of the oldest major that is supported, and the newest majors with long-term support. */
const nodeVersions = ["20.19.0", "22.23.3", "24.21.0"]

const project = mkdtempSync(join(tmpdir(), "stranger-"))
const cache = join(root, "node_modules", ".cache")

const write = (name, content) => writeFileSync(join(project, name), content)
const writeJson = (name, value) => write(name, JSON.stringify(value))

const npmInstall = (folder, specs) =>
  run(["npm", "install", "--no-audit", "--no-fund", "--loglevel", "error", ...new Set(specs)], folder)

/** The version of a dependency that this repository has. */
const versionIn = (folder, name) => readJson(join(folder, "node_modules", name, "package.json")).version

/** What npm is to install for a name: our tarball, or the version that this repository has. */
const pinned = (name) => {
  const ours = publicPackages.find(({ manifest }) => manifest.name === name)
  if (ours !== undefined) return tarballOf(ours)
  const folder = [root, ...packages.map(({ folder }) => folder)]
    .find((folder) => existsSync(join(folder, "node_modules", name)))
  return `${name}@${versionIn(folder, name)}`
}

/** The name in `effect@3`, once it is certain that the version of this repository is meant. */
const nameIn = (word) => {
  const [, name, version = ""] = /^(.[^@]*)@?\^?(.*)$/.exec(word)
  if (version !== "" && !pinned(name).startsWith(`${name}@${version}`)) {
    throw new Error(`${word} is not ${pinned(name)}`)
  }
  return name
}

/** The packages that the README tells to install. */
const told = [...readFileSync(join(root, "README.md"), "utf8").matchAll(/^npm install (.*)$/gm)]
  .flatMap(([, words]) => words.split(" ").filter((word) => !word.startsWith("-")))
  .map(nameIn)

const nameOf = ({ manifest }) => manifest.name

/** The packages that are wanted only by those who use them, such as undici. */
const optionalPeers = publicPackages.flatMap(({ manifest }) => Object.keys(manifest.peerDependenciesMeta ?? {}))

/** Our packages that do not bring an optional peer themselves. */
const lean = publicPackages.filter(({ manifest }) =>
  !Object.keys(manifest.dependencies ?? {}).some((name) => optionalPeers.includes(name))
)

/** The packages that the examples import, and those that the declarations of @effect/experimental's Redis name. */
const imported = ["@types/node", "ioredis"].concat(
  examples.flatMap(({ module }) =>
    [...module.matchAll(/ from "(?!node:)((?:@[^/"]+\/)?[^@/":]+)/g)].map(([, name]) => name)
  )
)

const typeScripts = {
  "typescript-5": versionIn(join(root, "scripts", "reference"), "typescript"),
  "typescript-7": versionIn(root, "typescript")
}

const typeCheck = (what, modules, types) => {
  for (const [name, module] of modules) write(`${name}.ts`, module)
  writeJson("tsconfig.json", {
    compilerOptions: {
      target: "ES2022",
      module: "NodeNext",
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: false,
      outDir: "out",
      types
    },
    files: modules.map(([name]) => `${name}.ts`)
  })
  for (const [name, version] of Object.entries(typeScripts)) {
    run([process.execPath, join("node_modules", name, "bin", "tsc")], project)
    console.log(`TypeScript ${version} is content with ${what}`)
  }
}

/** A module for each package that imports its root. */
const roots = (packages) =>
  packages.map(({ folder, manifest }) => [`root-of-${basename(folder)}`, `export * from "${manifest.name}"\n`])

console.log(`in ${project}, which stays when anything fails`)
writeJson("package.json", { private: true, type: "module" })
npmInstall(project, [
  ...told.filter((name) => publicPackages.every((each) => nameOf(each) !== name || lean.includes(each))).map(pinned),
  ...lean.map(nameOf).map(pinned),
  ...Object.entries(typeScripts).map(([name, version]) => `${name}@npm:typescript@${version}`)
])
const brought = optionalPeers.filter((name) => existsSync(join(project, "node_modules", name)))
if (brought.length > 0) throw new Error(`not optional: ${brought.join(", ")}`)
typeCheck("the packages without their optional peers", roots(lean), [])

npmInstall(project, [...publicPackages.map(nameOf), ...optionalPeers, ...imported].map(pinned))
typeCheck("the examples", [...roots(publicPackages), ...examples.map(({ module, name }) => [name, module])], ["node"])

/** An executable of Node.js, from npm's `node`; kept, because it is big. */
const nodeOf = (version) => {
  const folder = join(cache, `node-${version}`)
  const executable = join(folder, "node_modules", "node", "bin", "node")
  if (!existsSync(executable)) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, "package.json"), "{}")
    npmInstall(folder, [`node@${version}`])
  }
  return executable
}

/** What is to run without a failure: every example, and the help of every command. */
const programs = [
  ...examples.map(({ name, place }) => ({ place, args: [join("out", `${name}.js`), "gen-1"] })),
  ...publicPackages.flatMap(({ manifest }) =>
    Object.entries(manifest.bin ?? {}).map(([command, file]) => ({
      place: command,
      args: [join("node_modules", manifest.name, file), "--help"]
    }))
  )
]

/** Runs a program and gives back what went wrong, if anything did. */
const failureOf = (executable, { args, place }, env) =>
  Effect.async((resume) => {
    execFile(executable, args, { cwd: project, env, timeout: 30_000 }, (error, stdout, stderr) => {
      const how = error?.killed === true ? "did not end" : "failed"
      resume(Effect.succeed(error === null ? [] : [`${place} ${how} on ${executable}:\n${stdout}${stderr}`]))
    })
  })

const runPrograms = Effect.gen(function*() {
  const emulator = yield* OpenRouterEmulator
  const ids = new Set(examples.flatMap(({ module }) => module.match(/gen-[^"'`\s]+/g) ?? []))
  const content = { input: { prompt: "?" }, output: { completion: "!" } }
  for (const id of ids) yield* emulator.add({ id, model: "openai/gpt-4o", totalCost: 0.0015 }, { content })

  const { address } = yield* HttpServer.HttpServer
  const env = {
    PATH: process.env["PATH"],
    OPENROUTER_API_KEY: "sk-or-v1-of-a-stranger",
    OPENROUTER_BASE_URL: `http://127.0.0.1:${address.port}/api/v1`
  }
  const failures = nodeVersions.map(nodeOf).flatMap((executable) =>
    programs.map((program) => failureOf(executable, program, env))
  )
  return (yield* Effect.all(failures, { concurrency: availableParallelism() })).flat()
})

const Emulated = OpenRouterEmulator.serve.pipe(
  Layer.provideMerge(OpenRouterEmulator.layer),
  Layer.provideMerge(NodeHttpServer.layer(createServer, { host: "127.0.0.1", port: 0 }))
)

const failures = await Effect.runPromise(Effect.provide(runPrograms, Emulated))
for (const failure of failures) console.error(failure)
console.log(`${programs.length} programs run on Node.js ${nodeVersions.join(", ")}: ${failures.length} failures`)
if (failures.length === 0) rmSync(project, { recursive: true, force: true })
process.exitCode = failures.length === 0 ? 0 : 1
