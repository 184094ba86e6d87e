import { existsSync, mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { root, run } from "./workspace.mjs"

/** Installs a Node.js from npm's package `node` into the cache, and returns its executable. */
export const installNode = (version: string): string => {
  const folder = join(root, "node_modules", ".cache", `node-${version}`)
  const executable = join(folder, "node_modules", "node", "bin", "node")
  if (!existsSync(executable)) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, "package.json"), "{}")
    run(["npm", "install", "--no-audit", "--no-fund", "--loglevel", "error", `node@${version}`], folder)
  }
  return executable
}
