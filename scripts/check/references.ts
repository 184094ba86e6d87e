// Fails on names in documents that lead nowhere: a path in AGENTS.md that does not exist, and a test file or a test title
// in docs/reliability.md that does not exist.
import { existsSync, readFileSync } from "node:fs"
import { basename, join } from "node:path"
import { filesIn, packages, root } from "../setup/workspace.mjs"

const read = (name: string): string => readFileSync(join(root, name), "utf8")

const tests = packages.flatMap(({ folder }) =>
  filesIn(join(folder, "test"), ".test.ts").map((name) => ({
    name,
    text: readFileSync(join(folder, "test", name), "utf8")
  }))
)

const missingPaths = [...read("AGENTS.md").matchAll(/`((?:packages|scripts|docs)\/[^`<*… ]*)`/g)]
  .flatMap(([, path = ""]) => existsSync(join(root, path)) ? [] : [`AGENTS.md names ${path}, which does not exist`])

/** Returns the titles of the tests and of their groups; a title may be in a line of its own. */
const titles = (text: string) => [...text.matchAll(/"((?:[^"\\\n]|\\.)*)"/g)].map(([, title = ""]) => title)

const reliability = read("docs/reliability.md")

const missingFiles = [...reliability.matchAll(/`([\w/.-]+\.test\.ts)`/g)].flatMap(([, file = ""]) =>
  tests.some(({ name }) => name.endsWith(basename(file)))
    ? []
    : [`docs/reliability.md names ${file}, which does not exist`]
)

/** The places that quote titles: the last cell of a row, and `(hostile, "…")` in the text. Each names its file first. */
const quoted = [
  ...[...reliability.matchAll(/^\|.*\|$/gm)].map(([row]) => row.split("|").at(-2) ?? ""),
  ...[...reliability.matchAll(/\(hostile,\s+[^)]*\)/g)].map(([place]) => place)
]

const missingTitles = quoted.flatMap((place) => {
  let file = ""
  return [...place.matchAll(/`([\w/.-]+\.test\.ts)`|\b(hostile),|"([^"]+)"/g)].flatMap(([, named, hostile, title]) => {
    file = named ?? (hostile === undefined ? file : "hostile.test.ts")
    if (title === undefined) return []
    const exists = tests.some(({ name, text }) =>
      basename(name) === basename(file) && titles(text).some((each) => each.includes(title))
    )
    return exists ? [] : [`docs/reliability.md quotes the test "${title}" of ${file}, which does not exist`]
  })
})

const all = [...missingPaths, ...missingFiles, ...missingTitles]
for (const problem of all) console.error(problem)
console.log(`${all.length} references lead nowhere`)
process.exitCode = all.length === 0 ? 0 : 1
