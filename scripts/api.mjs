// The public surface of every package, as the compiler declares it: `api.md` beside its package.json. A change of the
// surface shows there in the diff. Without an argument the reports are written; with `--check` they are only compared.
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join, posix, relative } from "node:path"
import { artifacts, bin, modulesOf, publicPackages, root, run } from "./workspace.mjs"

const check = process.argv.includes("--check")

// `typescript` and not `ts`: a declaration is no example, and `npm run check:docs` compiles those.
const section = (name, declaration) => `## ${name}\n\n\`\`\`typescript\n${declaration}\`\`\`\n`

/** The modules with those that they import from their own package: a type of `internal` can be part of the surface. */
const reachable = (modules, declarationOf) => {
  const found = new Set(modules)
  for (const name of found) {
    for (const [, path] of declarationOf(name).matchAll(/(?:from |import\()"(\.[^"]+)\.js"/g)) {
      found.add(posix.join(posix.dirname(name), path))
    }
  }
  return [...found]
}

const report = ({ folder, manifest }) => {
  const output = join(artifacts, "api", manifest.name)
  rmSync(output, { recursive: true, force: true })
  const options = ["--emitDeclarationOnly", "--removeComments", "--declarationMap", "false"]
  const files = ["--outDir", output, "--tsBuildInfoFile", join(output, "tsc.tsbuildinfo")]
  run([bin("tsc"), "-p", folder, ...options, ...files])
  const declarationOf = (name) => readFileSync(join(output, `${name}.d.ts`), "utf8")
  return [
    `# The public surface of ${manifest.name}\n\nWritten by \`npm run api\`.\n`,
    ...reachable(modulesOf({ folder, manifest }), declarationOf).map((name) => section(name, declarationOf(name)))
  ].join("\n")
}

run([bin("tsc"), "-b", ...publicPackages.map(({ folder }) => folder)])

const changed = publicPackages.filter(({ folder, manifest }) => {
  const file = join(folder, "api.md")
  const before = existsSync(file) ? readFileSync(file, "utf8") : ""
  const now = report({ folder, manifest })
  if (!check) writeFileSync(file, now)
  return now !== before
})

for (const { folder } of changed) {
  const file = relative(root, join(folder, "api.md"))
  console.log(
    check ? `${file} is not the public surface: if the change is meant, run \`npm run api\`` : `${file} written`
  )
}
process.exitCode = check && changed.length > 0 ? 1 : 0
