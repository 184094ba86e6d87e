// Turns the changesets into the next version and the changelogs.
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { bin, readJson, root, run } from "../setup/workspace.mjs"

run([bin("changeset"), "version"])

// The version in the client's `User-Agent` is a constant, because reading package.json would slow down every program's start.
const client = join(root, "packages", "client")
const constant = join(client, "src", "internal", "version.ts")
const { version } = readJson(join(client, "package.json"))
writeFileSync(constant, readFileSync(constant, "utf8").replace(/(?<=version = ").*(?=")/, version))

run([bin("dprint"), "fmt"])
