// Resolves every `npm install` line of the documents as a new user would: in an empty folder, or beside `effect` if the line
// adds a package to a project. Our own packages are the tarballs of `npm run pack`. A conflict of peers fails the check.
import { execFile } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { availableParallelism, tmpdir } from "node:os"
import { join, relative } from "node:path"
// begin: Effect 3 only
import { tarballForEffect4 } from "../effect-4/packages.js"
// end: Effect 3 only
import { documents, packages, publicPackages, readJson, root, tarballPath } from "../setup/workspace.mjs"

interface InstallLine {
  readonly place: string
  readonly words: ReadonlyArray<string>
}

/** The lines of the documents, without their options. A line may go on after a backslash. */
export const installLines: ReadonlyArray<InstallLine> = documents.flatMap((file) => {
  const text = readFileSync(file, "utf8")
  return [...text.matchAll(/\bnpm install ((?:[^`\n\\]|\\\n)+)/g)].map((match) => ({
    place: `${relative(root, file)}:${text.slice(0, match.index).split("\n").length}`,
    words: (match[1] ?? "").split(/[\s\\]+/).filter((word) => word !== "" && !word.startsWith("-"))
  }))
})

/** Returns the version of a dependency that this repository has. */
export const installedVersion = (folder: string, name: string): string =>
  readJson(join(folder, "node_modules", name, "package.json")).version

/** Returns the spec that npm installs for a name: our tarball, or the version that this repository has. */
export const pinned = (name: string): string => {
  const ours = publicPackages.find(({ manifest }) => manifest.name === name)
  if (ours !== undefined) return tarballPath(ours)
  const folder = [root, ...packages.map(({ folder }) => folder)]
    .find((folder) => existsSync(join(folder, "node_modules", name)))
  if (folder === undefined) throw new Error(`${name} is not a dependency of this repository`)
  return `${name}@${installedVersion(folder, name)}`
}

const parseWord = (word: string) => {
  const [, name = word, version = ""] = /^(.[^@]*)@?\^?(.*)$/.exec(word) ?? []
  return { name, version }
}

/** Returns the name of a package without its version, after a check that the word allows the version of this repository. */
export const packageName = (word: string): string => {
  const { name, version } = parseWord(word)
  const ours = publicPackages.find(({ manifest }) => manifest.name === name)
  const actual = ours === undefined ? pinned(name) : `${name}@${ours.manifest.version}`
  if (version !== "" && !`${actual}.`.startsWith(`${name}@${version}.`)) {
    throw new Error(`${word} is not ${pinned(name)}`)
  }
  return name
}

/** Returns the tarballs of a package of ours and of those that it depends on. The registry has none of them. */
const tarballs = (name: string): ReadonlyArray<string> => {
  const ours = publicPackages.find(({ manifest }) => manifest.name === name)
  if (ours === undefined) return []
  return [tarballPath(ours), ...Object.keys(ours.manifest.dependencies ?? {}).flatMap(tarballs)]
}

/** Returns the words without a version, which npm installs in the version for Effect 4, and exact versions that are not ours. */
const wrongVersions = ({ place, words }: InstallLine) =>
  words.flatMap((word) => {
    const { name, version } = parseWord(word)
    if (tarballs(name).length > 0) return []
    if (version === "") return [`${place}: ${word} needs a version`]
    const isExact = /^\d+\.\d+\.\d+$/.test(version)
    return isExact && word !== pinned(name) ? [`${place}: ${word} is not the tested ${pinned(name)}`] : []
  })

/** The dependencies of a project that has our client. */
const requiredPeers = (): Readonly<Record<string, string>> => {
  const { peerDependencies, peerDependenciesMeta } = readJson(join(root, "packages", "client", "package.json"))
  return Object.fromEntries(
    Object.entries<string>(peerDependencies).filter(([name]) => !Object.hasOwn(peerDependenciesMeta, name))
  )
}

const resolveLine = ({ place, words }: InstallLine, folder: string) =>
  new Promise<ReadonlyArray<string>>((resolve) => {
    const isAddition = !words.some((word) => word.startsWith("effect@"))
    const base = isAddition ? requiredPeers() : {}
    mkdirSync(folder)
    writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, dependencies: base }))
    const specs = words.flatMap((word) => {
      const { name } = parseWord(word)
      const ours = tarballs(name)
      // begin: Effect 3 only
      if (words.includes("effect@4") && ours.length > 0) return ours.map(tarballForEffect4)
      // end: Effect 3 only
      return ours.length === 0 ? [word] : ours
    })
    const options = ["--package-lock-only", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel", "error"]
    execFile(
      "npm",
      ["install", ...options, ...new Set(specs)],
      { cwd: folder, timeout: 120_000 },
      (error, _, stderr) => {
        resolve(error === null ? [] : [`${place}: npm cannot install ${words.join(" ")}:\n${stderr}`])
      }
    )
  })

/** Resolves all lines, and returns a description of each that fails. */
export const checkInstallLines = async (): Promise<ReadonlyArray<string>> => {
  const folder = mkdtempSync(join(tmpdir(), "install-lines-"))
  const unique = [...new Map(installLines.map((line) => [line.words.join(" "), line])).values()]
  const queue = unique.entries()
  const failures = unique.flatMap(wrongVersions)
  const work = async (): Promise<void> => {
    const { done, value } = queue.next()
    if (done === true) return
    const [index, line] = value
    failures.push(...await resolveLine(line, join(folder, String(index))))
    return work()
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  rmSync(folder, { recursive: true, force: true })
  console.log(`${unique.length} install lines of the documents: ${failures.length} failures`)
  return failures
}
