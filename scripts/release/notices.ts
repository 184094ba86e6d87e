// The licenses of what a bundle contains.
import type { Metafile } from "esbuild"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { readJson } from "../setup/workspace.mjs"

/** Returns the licenses of the packages in a bundle, without those of this repository. `folder` is the folder of its build. */
export const thirdPartyNotices = ({ inputs }: Metafile, folder: string): string => {
  const bundled = new Set(
    Object.keys(inputs).flatMap((input) => /.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(input) ?? [])
  )
  return `${[...bundled].map((path) => notice(join(folder, path))).toSorted().join("\n\n---\n\n")}\n`
}

const notice = (folder: string): string => {
  const { license, name, version } = readJson(join(folder, "package.json"))
  const texts = readdirSync(folder).filter((file) => /^licen[cs]e/i.test(file))
    .map((file) => readFileSync(join(folder, file), "utf8").trim())
  return [`${name} ${version}, ${license}`, ...texts].join("\n\n")
}
