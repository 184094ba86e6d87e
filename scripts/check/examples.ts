// The TypeScript blocks of the documents and of the docstrings.
import { existsSync, readFileSync } from "node:fs"
import { join, relative } from "node:path"
import { documents, filesIn, packages, root } from "../setup/workspace.mjs"

const allIn = (folder: string, ending: string) => filesIn(folder, ending).map((name) => join(folder, name))

/** The documents and the sources, by their paths in the repository. */
const sources = [
  ...documents,
  ...packages.flatMap(({ folder }) => allIn(join(folder, "src"), ".ts"))
].map((path) => relative(root, path))

/** Returns the blocks of a language in a document or in a source's docstrings, each with its place and a file name. */
const readBlocks = (repository: string, language: string) => (file: string) => {
  const text = readFileSync(join(repository, file), "utf8")
  const margin = file.endsWith(".ts") ? " *\\* ?" : ""
  const block = new RegExp(`^${margin}\`\`\`${language}\\n(.*?)^${margin}\`\`\`$`, "gms")
  return [...text.matchAll(block)].map((match) => {
    const place = `${file}:${text.slice(0, match.index).split("\n").length + 1}`
    const code = (match[1] ?? "").replace(new RegExp(`^${margin}`, "gm"), "")
    return { place, name: place.replaceAll(/[^\w.-]/g, "-"), module: `// ${place}\n${code}\nexport {}\n` }
  })
}

/** Returns the blocks of a repository that compile and run, each as a module of its own. */
export const readExamples = (repository: string) =>
  sources.filter((file) => existsSync(join(repository, file))).flatMap(readBlocks(repository, "ts"))

export const examples = readExamples(root)

/** The programs that compile, but need a database or another service to run. Other `typescript` blocks are fragments. */
export const programs = sources.flatMap(readBlocks(root, "typescript")).filter(({ module }) => /^import /m.test(module))
