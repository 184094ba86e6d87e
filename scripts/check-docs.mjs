// Compiles every TypeScript block of the documents and every example of the docstrings, each as a module of its own.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join, relative } from "node:path"
import { bin, packages, root, run } from "./workspace.mjs"

const output = join(root, ".artifacts", "examples")

const filesIn = (folder, ending) =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(ending)).map((name) => join(folder, name))
    : []

const documentsIn = (folder) =>
  readdirSync(folder).filter((name) => name.endsWith(".md")).map((name) => join(folder, name))

const sources = [
  documentsIn(root),
  filesIn(join(root, "docs"), ".md"),
  packages.map(({ folder }) => documentsIn(folder)),
  packages.map(({ folder }) => filesIn(join(folder, "src"), ".ts"))
].flat(2)

/** The blocks of a document, or of a source's docstrings, each with where it begins. */
const examplesOf = (file) => {
  const text = readFileSync(file, "utf8")
  const margin = file.endsWith(".ts") ? " *\\* ?" : ""
  const block = new RegExp(`^${margin}\`\`\`ts\\n(.*?)^${margin}\`\`\`$`, "gms")
  return [...text.matchAll(block)].map((match) => ({
    place: `${relative(root, file)}:${text.slice(0, match.index).split("\n").length + 1}`,
    code: match[1].replace(new RegExp(`^${margin}`, "gm"), "")
  }))
}

rmSync(output, { recursive: true, force: true })
mkdirSync(output, { recursive: true })

const examples = sources.flatMap(examplesOf)
for (const { code, place } of examples) {
  writeFileSync(join(output, `${place.replaceAll(/[^\w.-]/g, "-")}.ts`), `// ${place}\n${code}\nexport {}\n`)
}
writeFileSync(
  join(output, "tsconfig.json"),
  JSON.stringify({
    extends: "../../tsconfig.base.json",
    compilerOptions: { composite: false, noEmit: true, noUnusedLocals: false, types: ["node"], plugins: [] },
    include: ["."]
  })
)
run([bin("tsc"), "-p", output])
console.log(`${examples.length} examples compile`)
