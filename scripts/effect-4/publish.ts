// Publishes the packages for Effect 4.
import { join } from "node:path"
import { addDocuments } from "../release/documents.js"
import { artifacts, pnpm, publicPackages, run } from "../setup/workspace.mjs"
import { derivedPackages, derivedVersion, samePackages } from "./packages.js"

/** Publishes every version for Effect 4 that the registry does not have yet. `options` are those of `pnpm publish`. */
export const publishForEffect4 = (options: ReadonlyArray<string>): void => {
  // `latest` is the line for Effect 4, because `effect` without a version is.
  const publish = ["publish", "--recursive", "--tag", "latest", "--no-git-checks", ...options]
  const derived = join(artifacts, "effect-4", "repository")
  addDocuments(derived)
  run([...pnpm, ...derivedPackages.flatMap((name) => ["--filter", `./packages/${name}`]), ...publish], derived)
  for (const name of samePackages) run([...pnpm, ...publish], join(artifacts, "effect-4", name))
  if (options.includes("--dry-run")) return
  for (const { manifest: { name, version } } of publicPackages) {
    run(["npm", "dist-tag", "add", `${name}@${derivedVersion(version)}`, "effect-4"])
  }
}
