// Drops Effect 3: writes what is derived for Effect 4 over the files of this repository, and deletes the rest, this folder
// included. `npx tsx scripts/effect-4/drop.ts` in a clone; commit what it leaves. With `--check` it does that in a temporary copy,
// and checks there that everything compiles.
import { execFileSync } from "node:child_process"
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync
} from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, dirname, join } from "node:path"
import { installNode } from "../setup/installNode.js"
import { artifacts, pnpm, root, run } from "../setup/workspace.mjs"
import { nodeVersion } from "./packages.js"

const derived = join(artifacts, "effect-4", "repository")
const generated = /^(?:node_modules|dist|\.artifacts|api\.md|.*\.tsbuildinfo)$/

const listFiles = (folder: string, prefix = ""): ReadonlyArray<string> =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (generated.test(entry.name)) return []
    const path = `${prefix}${entry.name}`
    return entry.isDirectory() ? listFiles(join(folder, entry.name), `${path}/`) : [path]
  })

const copy = (from: string, to: string, paths: Iterable<string>) => {
  for (const path of paths) {
    mkdirSync(dirname(join(to, path)), { recursive: true })
    const [source, target] = [join(from, path), join(to, path)]
    // A file that is there already can be a program, and stays one.
    if (existsSync(target)) writeFileSync(target, readFileSync(source))
    else copyFileSync(source, target)
  }
}

/** What is true only as long as there are two majors, in documents that the packages for Effect 4 have until then, too. */
const untrue: ReadonlyArray<readonly [file: string, text: RegExp]> = [
  ["docs/effect-4.md", / The same tests and\s\[examples\]\([^)]*\) run on both\./],
  ["docs/effect-4.md", /^`@effect-openrouter\/cli` is the same command[\s\S]*?\n\n/m],
  ["docs/effect-4.md", /\s`npm run bench -- effect4` measures them\./],
  ["docs/ledger.md", / The command\s`openrouter-generations ledger` can keep a ledger in a file, because[^.]*\./]
]

const list = (): ReadonlyArray<string> =>
  execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { cwd: root, encoding: "utf8" })
    .split("\n").filter((path) => path !== "" && existsSync(join(root, path)))

run([join(root, "node_modules", ".bin", "tsx"), join(root, "scripts", "effect-4", "main.ts")])
const isCheck = process.argv.includes("--check")
const target = isCheck ? mkdtempSync(join(tmpdir(), "drop-")) : root
const before = list()
if (isCheck) copy(root, target, before)

const after = new Set(listFiles(derived))
for (const path of before) if (!after.has(path) && !path.endsWith("/api.md")) rmSync(join(target, path))
rmSync(join(target, "scripts", "effect-4"), { recursive: true, force: true })
copy(derived, target, after)
for (const [file, pattern] of untrue) {
  const text = readFileSync(join(target, file), "utf8")
  if (!pattern.test(text)) throw new Error(`${file} has no text ${pattern}`)
  writeFileSync(join(target, file), text.replace(pattern, ""))
}

// Effect 4 wants a newer Node.js than this one may be.
process.env["PATH"] = [dirname(installNode(nodeVersion)), process.env["PATH"]].join(delimiter)
if (!isCheck) run([join(root, "node_modules", ".bin", "effect-tsgo"), "unpatch"])
run([...pnpm, "install", "--no-frozen-lockfile"], target)
// An import of which only types are left becomes `import type`.
run(["npx", "oxlint", "--fix"], target)
// Each package got what the tests of any package import.
run(["npx", "knip", "--config", "scripts/check/knip.jsonc", "--fix", "--fix-type", "dependencies"], target)
run([...pnpm, "install", "--no-frozen-lockfile"], target)
run(["npx", "dprint", "fmt"], target)
if (isCheck) {
  run(["npm", "run", "check"], target)
  rmSync(target, { recursive: true })
  console.log("a repository without Effect 3 passes its checks")
} else run(["npm", "run", "api"], target)
