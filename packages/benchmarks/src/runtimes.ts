import { execFile } from "node:child_process"
import { existsSync, mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { promisify } from "node:util"

const run = promisify(execFile)

/** A runtime of JavaScript, and how it runs a file. */
export interface Runtime {
  readonly name: string
  readonly command: ReadonlyArray<string>
}

const packages = {
  bun: { version: "1.4.5", command: ["node_modules/bun/bin/bun.exe"] },
  deno: { version: "2.9.6", command: ["node_modules/deno/deno", "run", "--allow-all", "--no-config"] }
} as const

/** Returns Node.js, and Bun and Deno from their npm packages. A runtime that cannot be installed is left out with a line. */
export const findRuntimes = async (folder: string): Promise<ReadonlyArray<Runtime>> => {
  const runtimes: Array<Runtime> = [{ name: `Node.js ${process.versions.node}`, command: [process.execPath] }]
  mkdirSync(folder, { recursive: true })
  if (!existsSync(join(folder, "package.json"))) writeFileSync(join(folder, "package.json"), "{}")
  for (const [name, { command, version }] of Object.entries(packages)) {
    const [file, ...options] = command
    const executable = join(folder, file)
    try {
      if (!existsSync(executable)) {
        await run("npm", ["install", "--no-audit", "--no-fund", `${name}@${version}`], { cwd: folder })
      }
      await run(executable, ["--version"])
      runtimes.push({ name: `${name === "bun" ? "Bun" : "Deno"} ${version}`, command: [executable, ...options] })
    } catch {
      console.log(`${name} is not installed and cannot be: its rows are left out\n`)
    }
  }
  return runtimes
}
