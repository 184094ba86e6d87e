// Bundles the command into a folder of its package (default: dist): one file with what every call needs, and one for each
// part that only some calls load. It has its own copy of Effect, so that the Effect of a project beside it does not matter.
// The licenses of what is bundled and the manual page are written beside it.
import { build } from "esbuild"
import { execFileSync } from "node:child_process"
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { packages, readJson } from "../setup/workspace.mjs"

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

/** The folders of the packages that are bundled, without those of this repository. */
const bundled = new Set(
  Object.keys(metafile.inputs).flatMap((input) => /.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(input) ?? [])
)

const notice = (path: string): string => {
  const { license, name, version } = readJson(join(folder, path, "package.json"))
  const texts = readdirSync(join(folder, path)).filter((file) => /^licen[cs]e/i.test(file))
    .map((file) => readFileSync(join(folder, path, file), "utf8").trim())
  return [`${name} ${version}, ${license}`, ...texts].join("\n\n")
}

writeFileSync(output("THIRD-PARTY-NOTICES.txt"), `${[...bundled].map(notice).toSorted().join("\n\n---\n\n")}\n`)
writeFileSync(output("openrouter-generations.1"), execFileSync(process.execPath, [output("main.js"), "--man"]))
