// Publishes every version that the registry does not have yet, and tags the commit. It uses pnpm, because npm ignores
// `publishConfig.exports`. Arguments such as `--dry-run` are passed to `pnpm publish`.
import { basename, join } from "node:path"
import { derivedPackages } from "../effect-4/packages.js"
import { artifacts, bin, pnpm, publicPackages, readJson, run } from "../setup/workspace.mjs"
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

interface Manifest {
  readonly name: string
  readonly version: string
}

// `latest` is the line for Effect 4, because `effect` without a version is.
const derived = join(artifacts, "effect-4", "repository")
run([...pnpm, "publish", "--recursive", "--tag", "latest", "--no-git-checks", ...options], derived)
if (!options.includes("--dry-run")) {
  const addTag = ({ name, version }: Manifest, tag: string) =>
    run(["npm", "dist-tag", "add", `${name}@${version}`, tag])
  for (const name of derivedPackages) addTag(readJson(join(derived, "packages", name, "package.json")), "effect-4")
  // What does not exist for Effect 4 brings its own Effect, or waits.
  for (const { folder, manifest } of publicPackages) {
    if (!derivedPackages.includes(basename(folder))) addTag(manifest, "latest")
  }
}
if (!options.includes("--dry-run")) run([bin("changeset"), "tag"])
