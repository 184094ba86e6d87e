// Turns the changesets into the next version and the changelogs.
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { bin, readJson, root, run } from "../setup/workspace.mjs"

// The major is that of Effect: a change that breaks is `minor`, and its text begins with "Breaking:".
const changesets = join(root, ".changeset")
const breaking = readdirSync(changesets).filter((name) =>
  /^"@[^"]*": major$/m.test(readFileSync(join(changesets, name), "utf8"))
)
if (breaking.length > 0) {
  console.error(`These changesets are major, but the major is that of Effect: ${breaking.join(", ")}`)
  process.exit(1)
}

run([bin("changeset"), "version"])

// The version in the client's `User-Agent` is a constant, because reading package.json would slow down every program's start.
const client = join(root, "packages", "client")
const constant = join(client, "src", "internal", "version.ts")
const { version } = readJson(join(client, "package.json"))
writeFileSync(constant, readFileSync(constant, "utf8").replace(/(?<=version = ").*(?=")/, version))

run([bin("dprint"), "fmt"])
