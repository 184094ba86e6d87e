// Checks that every link of a Markdown file in a tarball leads to a file of the tarball, and to a heading that is there.
import { spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join, relative } from "node:path"
import { filesIn } from "../setup/workspace.mjs"

/** Returns the anchors of the headings, as GitHub and npm make them. */
const anchors = (text: string) =>
  [...text.matchAll(/^#{1,6} (.*)$/gm)].map(([, heading = ""]) =>
    heading.toLowerCase().replaceAll(/[^\p{L}\p{N}\s_-]/gu, "").trim().replaceAll(" ", "-")
  )

/** Returns a description of each link of a file that leads nowhere. */
const brokenLinks = (folder: string, file: string): ReadonlyArray<string> => {
  const text = readFileSync(file, "utf8").replaceAll(/^```.*?^```/gms, "")
  return [...text.matchAll(/\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]*))?\)/g)].flatMap(([link, path = "", anchor]) => {
    const target = path === "" ? file : join(dirname(file), path)
    const isFound = !relative(folder, target).startsWith("..") && existsSync(target) &&
      (anchor === undefined || anchors(readFileSync(target, "utf8")).includes(anchor))
    return isFound ? [] : [`${relative(folder, file)}: ${link} leads nowhere`]
  })
}

/** Returns a description of each link in the documents of a tarball that leads nowhere. */
export const findBrokenLinks = (tarball: string): ReadonlyArray<string> => {
  const folder = mkdtempSync(join(tmpdir(), "links-"))
  spawnSync("tar", ["-xzf", tarball, "-C", folder, "--strip-components=1"], { stdio: "inherit" })
  const broken = filesIn(folder, ".md").flatMap((name) => brokenLinks(folder, join(folder, name)))
  rmSync(folder, { recursive: true, force: true })
  return broken
}
