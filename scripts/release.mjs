// Publishes every version that the registry does not have yet, and tags the commit. pnpm publishes, because npm ignores
// `publishConfig.exports`. Arguments go to `pnpm publish`, such as `--dry-run`.
import { bin, pnpm, publicPackages, run } from "./workspace.mjs"

const homeless = publicPackages.filter(({ manifest }) => manifest.repository === undefined)
if (homeless.length > 0) {
  console.error(
    `Without a \`repository\`, the links of the READMEs lead nowhere: ${
      homeless.map(({ manifest }) => manifest.name).join(", ")
    }`
  )
  process.exit(1)
}

const options = process.argv.slice(2)
run([...pnpm, "publish", "--recursive", ...options])
if (!options.includes("--dry-run")) run([bin("changeset"), "tag"])
