// Derives the line for Effect 4 in `.artifacts/effect-4/repository`, a repository of its own, and runs a command there on the
// Node.js that Effect 4 wants: `npm run effect-4 -- npm test`. Without a command it only derives. After `--original-lines`, the type
// errors in the output of the command name the lines of the original files.
import { execFileSync, spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { delimiter, dirname, join } from "node:path"
import { installNode } from "../setup/installNode.js"
import { artifacts, pnpm, root, run } from "../setup/workspace.mjs"
import { deriveModule } from "./derive.js"
import { deriveDocument } from "./documents.js"
import { deriveManifest, deriveWorkspace } from "./manifest.js"
import { derivedVersion, nodeVersion, omitted } from "./packages.js"
import type { Derived } from "./prose.js"

const repository = join(artifacts, "effect-4", "repository")
const own = "scripts/effect-4/"
const files = `${own}files/`

const list = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  cwd: root,
  encoding: "utf8"
})
  .split("\n").filter((path) => path !== "" && existsSync(join(root, path)))

/** The files that are written for Effect 4 by hand, by the path of the file that they replace. */
const byHand = new Map(list.filter((path) => path.startsWith(files)).map((path) => [path.slice(files.length), path]))

const isPart = (path: string): boolean => {
  const isOmitted = Object.keys(omitted).some((each) => path === each || path.startsWith(`${each}/`))
  return !isOmitted && !path.startsWith(own) && !/^pnpm-lock\.yaml$|\/api\.md$/.test(path)
}

/** Checks that a file is a document, whose text is about the present. */
const isDocument = (path: string): boolean => path.endsWith(".md") && !/^\.changeset\/|\/CHANGELOG\.md$/.test(path)

const plain = (text: string): Derived => ({ text, problems: [] })

/** What exists while there is Effect 3: the lines from a comment `begin: Effect 3 only` to the comment `end: Effect 3 only`. */
const effect3Only = /^.*\bbegin: Effect 3 only\n[\s\S]*?\bend: Effect 3 only\n/gm

const derive = (path: string, original: string): Derived => {
  // The empty lines keep the numbers of the lines.
  const hasLines = /\.(?:ts|md)$/.test(path)
  const text = original.replaceAll(effect3Only, (part) => hasLines ? part.replaceAll(/.+/g, "") : "")
  if (path === "scripts/tsconfig.json") return plain(deriveReferences(text))
  if (path === "pnpm-workspace.yaml") return plain(deriveWorkspace(text))
  if (path === ".oxlintrc.json") return plain(text.replace(`,\n    "${files.slice(0, -1)}"`, ""))
  if (path.endsWith("package.json")) return plain(deriveManifest(path, text))
  if (path.endsWith("/internal/version.ts")) return plain(text.replace(/\d+\.\d+\.\d+/, derivedVersion))
  if (path.endsWith(".ts")) {
    const module = deriveModule(path, text)
    lines.set(path, module.lines)
    return module
  }
  if (!isDocument(path)) return plain(text)
  const hand = byHand.get(path)
  return deriveDocument(
    path,
    text,
    hand === undefined ? undefined : { file: hand, text: readFileSync(join(root, hand), "utf8") }
  )
}

const sources = list.filter((path) => isPart(path) && (isDocument(path) || !byHand.has(path)))
const derived = new Map<string, string>()
/** The lines of the original files, by the paths and the lines of the derived ones. */
const lines = new Map<string, ReadonlyArray<number>>()
const problems = sources.flatMap((path) => {
  const { problems, text } = derive(path, readFileSync(join(root, path), "utf8"))
  derived.set(path, text)
  return problems
})
for (const [path, hand] of byHand) if (!isDocument(path)) derived.set(path, readFileSync(join(root, hand), "utf8"))

/** Checks that a project of TypeScript has sources in the line for Effect 4. */
function hasSources({ path }: { readonly path: string }): boolean {
  return list.some((each) => each.startsWith(`${path.replace("../", "")}/`) && each.endsWith(".ts") && isPart(each))
}

/** Leaves out the references to projects that the line for Effect 4 does not have, and adds those that only it has. */
function deriveReferences(text: string): string {
  const { exclude: _, references, ...config } = JSON.parse(text) as {
    readonly exclude: ReadonlyArray<string>
    readonly references: ReadonlyArray<{ readonly path: string }>
  }
  return JSON.stringify({ ...config, references: [...references.filter(hasSources), { path: "../packages/testing" }] })
}

/** The packages that only the line for Effect 4 has. */
const additions = /^packages\/testing\//
for (const path of byHand.keys()) {
  if (!additions.test(path) && !existsSync(join(root, path))) {
    problems.push({ file: `${files}${path}`, line: 1, message: `there is no ${path}, which this file replaces` })
  }
}

for (const { file, line, message } of problems) console.error(`${file}:${line}: ${message}`)
if (problems.length > 0) process.exit(1)

for (const [path, text] of derived) writeIfChanged(join(repository, path), text)
removeOthers(repository)
install()
const isMapped = process.argv[2] === "--original-lines"
const [command, ...args] = process.argv.slice(isMapped ? 3 : 2)
if (command !== undefined) {
  const env = { ...process.env, PATH: [dirname(installNode(nodeVersion)), process.env["PATH"]].join(delimiter) }
  const { status, stdout } = spawnSync(command, args, {
    cwd: repository,
    env,
    encoding: "utf8",
    maxBuffer: Infinity,
    stdio: ["inherit", isMapped ? "pipe" : "inherit", "inherit"]
  })
  if (isMapped) process.stdout.write(toOriginalLines(stdout))
  process.exitCode = status ?? 1
}

/** Rewrites `packages/core/src/Usage.ts(12,3): error` with the file and the line of the original. */
function toOriginalLines(output: string): string {
  return output.replaceAll(/^(\S+\.ts)\((\d+),/gm, (place, path: string, line: string) => {
    const hand = byHand.get(path)
    return hand === undefined ? `${path}(${lines.get(path)?.[Number(line) - 1] ?? line},` : place.replace(path, hand)
  })
}

/** Writes only what has changed, so that a build after a small change is short. */
function writeIfChanged(path: string, text: string) {
  if (existsSync(path) && readFileSync(path, "utf8") === text) return
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

/** Removes the files of an earlier run that are derived no more. */
function removeOthers(folder: string) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    const name = path.slice(repository.length + 1)
    if (/^(?:node_modules|dist|\.artifacts|pnpm-lock\.yaml|api\.md|.*\.tsbuildinfo)$/.test(entry.name)) continue
    if (entry.isDirectory()) removeOthers(path)
    else if (!derived.has(name)) rmSync(path)
  }
}

/** Installs the dependencies if they have changed. */
function install() {
  const stamp = join(repository, "node_modules", ".effect-4")
  const manifests = [...derived].filter(([path]) => /package\.json$|pnpm-workspace/.test(path)).toSorted()
  const fingerprint = createHash("sha256").update(JSON.stringify(manifests)).digest("hex")
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === fingerprint) return
  // The dependencies that both lines have in common have the same versions.
  copyFileSync(join(root, "pnpm-lock.yaml"), join(repository, "pnpm-lock.yaml"))
  run([...pnpm, "install", "--no-frozen-lockfile"], repository)
  writeFileSync(stamp, fingerprint)
}
