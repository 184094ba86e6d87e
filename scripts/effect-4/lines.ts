// Counts the lines of code that are written by hand for only one major: `npx tsx scripts/effect-4/lines.ts`. Blank lines and comments
// do not count.
import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { basename, join } from "node:path"
import { publicPackages, root } from "../setup/workspace.mjs"
import { omitted } from "./packages.js"

/** The packages that are published, and the helpers of their tests. */
const names = new Set([...publicPackages.map(({ folder }) => basename(folder)), "test-support", "testing"])

const files = "scripts/effect-4/files/"

const list = execFileSync("git", ["ls-files", "*.ts"], { cwd: root, encoding: "utf8" }).trim().split("\n")

const countLines = (path: string): number =>
  readFileSync(join(root, path), "utf8").replaceAll(/\/\*[\s\S]*?\*\//g, "").split("\n")
    .filter((line) => line.trim() !== "" && !line.trim().startsWith("//")).length

const sum = (paths: ReadonlyArray<string>): number => paths.reduce((total, path) => total + countLines(path), 0)

const isOmitted = (path: string): boolean =>
  Object.keys(omitted).some((each) => path === each || path.startsWith(`${each}/`))

/** Counts what matches a pattern. */
const count = (title: string, part: RegExp) => {
  const isPart = (path: string) => part.test(path) && names.has(path.split("/")[1] ?? "")
  const byHand = list.filter((path) => path.startsWith(files) && isPart(path.slice(files.length)))
  const replaced = new Set(byHand.map((path) => path.slice(files.length)))
  const sources = list.filter(isPart)
  const total = sum(sources)
  const rows: ReadonlyArray<readonly [string, number]> = [
    ["for Effect 4 only", sum(byHand)],
    ["for Effect 3 only, with a counterpart", sum(sources.filter((path) => replaced.has(path)))],
    ["for Effect 3 only, without one", sum(sources.filter(isOmitted))]
  ]
  const share = (lines: number) => `${(lines / total * 100).toFixed(1)} %`
  console.log(`${title}: ${total} lines`)
  for (const [name, lines] of rows) console.log(`  ${name}: ${lines} (${share(lines)})`)
  const all = rows.reduce((lines, [, more]) => lines + more, 0)
  console.log(`  together: ${all} (${share(all)})`)
}

count("Sources", /^packages\/(?!test-support|testing)[^/]+\/src\//)
count("Tests and their helpers", /^packages\/(?:[^/]+\/test|test-support|testing)\//)
count("Both", /^packages\/[^/]+\/(?:src|test)\//)
