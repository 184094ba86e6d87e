// Puts the documents into the packages that are packed, so that the links of their READMEs resolve in a tarball, and takes
// them out again when the process exits.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join, posix, relative } from "node:path"
import { publicPackages, root } from "../setup/workspace.mjs"

const pages = readdirSync(join(root, "docs"))

/** Returns the text with its links as they are in a tarball. A link to a file that is not there becomes its text. */
const rewriteLinks = (text: string, from: string, targets: ReadonlyMap<string, string>) =>
  text.replaceAll(
    /(?<!!)\[((?:[^\]\n]|\n(?!\n))*)\]\((?!\w+:|#)([^)#\s]+)(#[^)\s]*)?\)/g,
    (_, label, path, anchor = "") => {
      const target = targets.get(posix.join(posix.dirname(from), path))
      const file = targets.get(from) ?? from
      return target === undefined ? label : `[${label}](${posix.relative(posix.dirname(file), target)}${anchor})`
    }
  )

const withDocuments = publicPackages.filter(({ folder }) =>
  readFileSync(join(folder, "README.md"), "utf8").includes("](../../docs/")
)

/**
 * Adds the documents to each package whose README links to them, until the process exits. `repository` is the folder of the
 * packages and their documents, by default this repository.
 */
export const addDocuments = (repository: string = root): void => {
  // With a listener, a signal ends the process by way of its `exit` event.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1))
  for (const { folder: source } of withDocuments) {
    const folder = join(repository, relative(root, source))
    const readme = join(folder, "README.md")
    const own = posix.join(relative(root, source).replaceAll("\\", "/"), "README.md")
    // The place in the tarball of each file, by its place in this repository.
    const targets = new Map([
      [own, "README.md"],
      ["README.md", "docs/README.md"],
      ...pages.map((name) => [`docs/${name}`, `docs/${name}`] as const)
    ])
    const original = readFileSync(readme, "utf8")
    const docs = join(folder, "docs")
    process.once("exit", () => {
      writeFileSync(readme, original)
      rmSync(docs, { recursive: true, force: true })
    })

    mkdirSync(docs, { recursive: true })
    for (const name of pages) copyFileSync(join(repository, "docs", name), join(docs, name))
    for (const [from, to] of targets) {
      if (!to.endsWith(".md")) continue
      const text = from === own ? original : readFileSync(join(repository, from), "utf8")
      writeFileSync(join(folder, to), rewriteLinks(text, from, targets))
    }
  }
}
