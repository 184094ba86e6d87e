// Publishes every version that the registry does not have yet, and tags the commit. It uses pnpm, because npm ignores
// `publishConfig.exports`. Arguments such as `--dry-run` are passed to `pnpm publish`.
import { bin, pnpm, publicPackages, run } from "../setup/workspace.mjs"
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
run([...pnpm, "publish", "--recursive", ...options])
if (!options.includes("--dry-run")) run([bin("changeset"), "tag"])
