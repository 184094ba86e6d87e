// Publishes every version that the registry does not have yet, and tags the commit. It uses pnpm, because npm ignores
// `publishConfig.exports`. Arguments such as `--dry-run` are passed to `pnpm publish`.
// begin: Effect 3 only
import { publishForEffect4 } from "../effect-4/publish.js"
// end: Effect 3 only
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

const options = process.argv.slice(2)
// begin: Effect 3 only
publishForEffect4(options)
options.push("--tag", "effect-3")
// end: Effect 3 only

addDocuments()
run([...pnpm, "publish", "--recursive", ...options])
if (!options.includes("--dry-run")) run([bin("changeset"), "tag"])
