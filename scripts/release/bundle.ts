// Bundles the command into a folder of its package (default: dist): one file with what every call needs, and one for each
// part that only some calls load. It has its own copy of Effect, so that the Effect of a project beside it does not matter.
// The licenses of what is bundled and the manual page are written beside it.
import { build } from "esbuild"
import { execFileSync } from "node:child_process"
import { rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { packages } from "../setup/workspace.mjs"
import { thirdPartyNotices } from "./notices.js"

const [outdir = "dist"] = process.argv.slice(2)
const folder = packages.find(({ manifest }) => manifest.name === "@effect-openrouter/cli")?.folder ?? ""
const output = (name: string) => join(folder, outdir, name)

rmSync(output("chunks"), { recursive: true, force: true })
const { metafile } = await build({
  absWorkingDir: folder,
  entryPoints: ["src/main.ts"],
  outdir,
  bundle: true,
  splitting: true,
  minifySyntax: true,
  minifyWhitespace: true,
  platform: "node",
  target: "node20.19",
  format: "esm",
  chunkNames: "chunks/[name]-[hash]",
  legalComments: "none",
  metafile: true,
  // libsql is a native addon, an optional dependency that only a ledger in a file loads. pg tries a native one.
  external: ["@libsql/client", "pg-native"],
  logLevel: "error",
  // undici is CommonJS and requires the modules of Node.js.
  banner: {
    js: "import { createRequire as requireFrom } from \"node:module\";const require=requireFrom(import.meta.url);"
  }
})

writeFileSync(output("THIRD-PARTY-NOTICES.txt"), thirdPartyNotices(metafile, folder))
writeFileSync(output("openrouter-generations.1"), execFileSync(process.execPath, [output("main.js"), "--man"]))
