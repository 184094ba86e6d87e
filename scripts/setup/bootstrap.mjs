// Makes a fresh checkout ready with nothing but node and npm: installs the locked dependencies with the pnpm that
// package.json pins. Returns at once when nothing has changed.
import { createHash } from "node:crypto"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { packages, pnpm, root, run } from "./workspace.mjs"

const stamp = join(root, "node_modules", ".bootstrap")

const inputs = [
  ...["package.json", "pnpm-lock.yaml", "pnpm-workspace.yaml", "scripts/setup/bootstrap.mjs"].map((file) =>
    join(root, file)
  ),
  ...packages.map(({ folder }) => join(folder, "package.json"))
]

const fingerprint = inputs
  .reduce((hash, file) => hash.update(file).update(readFileSync(file)), createHash("sha256"))
  .digest("hex")

if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== fingerprint) {
  run([...pnpm, "install", "--frozen-lockfile"])
  // begin: Effect 3 only
  // Adds Effect's diagnostics to TypeScript.
  run([join(root, "node_modules", ".bin", "effect-tsgo"), "patch"])
  // end: Effect 3 only
  writeFileSync(stamp, fingerprint)
}
