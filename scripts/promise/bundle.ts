// Bundles the Promise client with its own copy of Effect 4, so that it does not matter which Effect a project has.
// begin: Effect 3 only
// Effect 4 is smaller and faster than Effect 3. Both lines publish this bundle.
// end: Effect 3 only
import { build } from "esbuild"
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import ts from "typescript"
import { thirdPartyNotices } from "../release/notices.js"
import { publicModules, readJson } from "../setup/workspace.mjs"

/** Writes the bundle to `dist/bundle` of each target. `folder` is the derived package, which is built. */
export const bundlePromise = async (folder: string, targets: ReadonlyArray<string>): Promise<void> => {
  const modules = publicModules({ folder, manifest: readJson(join(folder, "package.json")) })
  const declarations = collectDeclarations(folder, modules)
  await Promise.all(targets.map(async (target) => {
    const outdir = join(target, "dist", "bundle")
    rmSync(outdir, { recursive: true, force: true })
    await bundleModules(folder, modules, outdir, readJson(join(target, "package.json")).version)
    for (const [place, text] of declarations) {
      const file = join(outdir, place)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, text)
    }
  }))
}

const bundleModules = async (folder: string, modules: ReadonlyArray<string>, outdir: string, version: string) => {
  const { metafile } = await build({
    absWorkingDir: folder,
    entryPoints: Object.fromEntries(modules.map((name) => [name, join("src", `${name}.ts`)])),
    outdir,
    bundle: true,
    splitting: true,
    minifySyntax: true,
    platform: "neutral",
    target: "es2022",
    format: "esm",
    chunkNames: "chunks/[name]-[hash]",
    legalComments: "none",
    metafile: true,
    logLevel: "error",
    plugins: [{
      name: "version",
      setup: ({ onLoad }) =>
        onLoad({ filter: /\/src\/internal\/version\.ts$/ }, () => ({
          contents: `export const version = ${JSON.stringify(version)}`,
          loader: "ts"
        }))
    }]
  })
  writeFileSync(join(outdir, "THIRD-PARTY-NOTICES.txt"), thirdPartyNotices(metafile, folder))
}

const options: ts.CompilerOptions = {
  customConditions: ["built"],
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler
}

/**
 * Returns the declarations by their paths in the bundle, with those that they import of the other packages and of Effect. A bundler
 * of declarations would rename types, and gets some of Effect's wrong.
 */
const collectDeclarations = (folder: string, modules: ReadonlyArray<string>): ReadonlyMap<string, string> => {
  const dist = join(folder, "dist")
  /** Returns the place in the bundle of a declaration: of another package, `vendor/effect/Duration.d.ts`. */
  const getPlace = (file: string) =>
    file.startsWith(dist)
      ? relative(dist, file)
      : join("vendor", file.replace(/.*\/(?:node_modules|packages)\/((?:@[^/]+\/)?[^/]+)(?:\/dist)?\//, "$1/"))
  const written = new Map<string, string>()
  const files = new Set(modules.map((name) => join(dist, `${name}.d.ts`)))
  for (const file of files) {
    const text = printable(file)
    const place = getPlace(file)
    let output = ""
    let position = 0
    for (const specifier of specifiersIn(ts.createSourceFile(file, text, ts.ScriptTarget.ESNext, true))) {
      const resolved = ts.resolveModuleName(specifier.text, file, options, ts.sys).resolvedModule?.resolvedFileName
      if (resolved === undefined) throw new Error(`${file} imports ${specifier.text}, which cannot be found`)
      files.add(resolved)
      const path = relative(dirname(place), getPlace(resolved)).replace(/\.d\.ts$/, ".js")
      output += `${text.slice(position, specifier.getStart())}"${path.startsWith(".") ? path : `./${path}`}"`
      position = specifier.end
    }
    written.set(place, output + text.slice(position))
  }
  return written
}

/** Returns the specifiers of all modules that a declaration imports, in their order. */
const specifiersIn = (node: ts.Node): ReadonlyArray<ts.StringLiteral> => {
  const specifier = ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
    ? node.moduleSpecifier
    : ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)
    ? node.argument.literal
    : undefined
  const inner: Array<ts.StringLiteral> = []
  ts.forEachChild(node, (child) => {
    inner.push(...specifiersIn(child))
  })
  return specifier !== undefined && ts.isStringLiteral(specifier) ? [specifier, ...inner] : inner
}

const printer = ts.createPrinter({ removeComments: true })

/** Returns a declaration without its source map. One of Effect has no comments. */
const printable = (file: string): string => {
  const text = readFileSync(file, "utf8")
  return file.includes("/node_modules/")
    ? printer.printFile(ts.createSourceFile(file, text, ts.ScriptTarget.ESNext))
    : text.replace(/\n\/\/# sourceMappingURL=.*/, "")
}
