// Publishes every version that the registry does not have yet, and tags the commit. It uses pnpm, because npm ignores
// `publishConfig.exports`. Arguments such as `--dry-run` are passed to `pnpm publish`.
import { basename, join } from "node:path"
import { derivedPackages, derivedVersion, samePackages } from "../effect-4/packages.js"
import { artifacts, bin, pnpm, publicPackages, run } from "../setup/workspace.mjs"
import { addDocuments } from "./documents.js"

const withoutRepository = publicPackages.filter(({ manifest }) => manifest.repository === undefined)
if (withoutRepository.length > 0) {
  console.error(
    `These packages have no \`repository\`, so the links of their READMEs would not resolve: ${
      withoutRepository.map(({ manifest }) => manifest.name).join(", ")
    }`
  )
  process.exit(1)
}

addDocuments()
const options = process.argv.slice(2)
run([...pnpm, "publish", "--recursive", "--tag", "effect-3", ...options])

// `latest` is the line for Effect 4, because `effect` without a version is.
const derived = join(artifacts, "effect-4", "repository")
addDocuments(derived)
const folders = [derived, ...samePackages.map((name) => join(artifacts, "effect-4", name))]
for (const folder of folders) {
  run([...pnpm, "publish", "--recursive", "--tag", "latest", "--no-git-checks", ...options], folder)
}
const addTag = ({ name, version }: { readonly name: string; readonly version: string }, tag: string) =>
  run(["npm", "dist-tag", "add", `${name}@${version}`, tag])

if (!options.includes("--dry-run")) {
  for (const { folder, manifest } of publicPackages) {
    const isDerived = [...derivedPackages, ...samePackages].includes(basename(folder))
    // A package that does not exist for Effect 4 has one line.
    if (isDerived) addTag({ ...manifest, version: derivedVersion(manifest.version) }, "effect-4")
    else addTag(manifest, "latest")
  }
}
if (!options.includes("--dry-run")) run([bin("changeset"), "tag"])
