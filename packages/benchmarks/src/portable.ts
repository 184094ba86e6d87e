import { build } from "esbuild"
import { gzipSync } from "node:zlib"

/** A program in one file. */
export interface Portable {
  readonly text: string
  readonly gzipped: number
}

/** Bundles a module for a platform, so that it runs without `node_modules`, except for the packages that are `external`. */
export const makePortable = async (
  entry: string,
  platform: "browser" | "node",
  conditions: ReadonlyArray<string> = ["built"],
  external: ReadonlyArray<string> = []
): Promise<Portable> => {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: platform === "browser",
    write: false,
    format: "esm",
    platform,
    target: "es2022",
    conditions: [...conditions],
    external: [...external],
    // A CommonJS module of a bundle asks for modules of Node.js.
    ...(platform === "node" && {
      banner: { js: "import { createRequire } from 'node:module'\nconst require = createRequire(import.meta.url)" }
    })
  })
  const text = outputFiles[0]?.text ?? ""
  return { text, gzipped: gzipSync(text, { level: 9 }).length }
}
