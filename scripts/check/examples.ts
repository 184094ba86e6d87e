// The TypeScript blocks of the documents and of the docstrings.
import { readFileSync } from "node:fs"
import { join, relative } from "node:path"
import { documents, filesIn, packages, root } from "../setup/workspace.mjs"

const allIn = (folder: string, ending: string) => filesIn(folder, ending).map((name) => join(folder, name))

const sources = [
  ...documents,
  ...packages.flatMap(({ folder }) => allIn(join(folder, "src"), ".ts"))
]

/** Returns the blocks of a document or of a source's docstrings, each with its place and a file name. */
const readExamples = (file: string) => {
  const text = readFileSync(file, "utf8")
  const margin = file.endsWith(".ts") ? " *\\* ?" : ""
  const block = new RegExp(`^${margin}\`\`\`ts\\n(.*?)^${margin}\`\`\`$`, "gms")
  return [...text.matchAll(block)].map((match) => {
    const place = `${relative(root, file)}:${text.slice(0, match.index).split("\n").length + 1}`
    const code = (match[1] ?? "").replace(new RegExp(`^${margin}`, "gm"), "")
    return { place, name: place.replaceAll(/[^\w.-]/g, "-"), module: `// ${place}\n${code}\nexport {}\n` }
  })
}

/** All blocks, each as a module of its own. */
export const examples = sources.flatMap(readExamples)
