// Rewrites the documents: their blocks of code, the lines that install packages, and the names of Effect 3 in their text. A section
// that says something else for Effect 4 is written by hand, in a file at the path of the document under `files/`.
import { deriveModule } from "./derive.js"
import { catalog } from "./packages.js"
import { type Derived, type Problem, rewriteProse } from "./prose.js"

/** Rows of tables about what Effect 4 has no counterpart of, and about two majors. */
const omittedRows = /^\| (?:a file.*|.*(?:scripts\/effect-4|npm run check:(?:drop|effect-4)).*)\n/gm

/** The documents whose text names Effect 3, too. Only their blocks and install lines are rewritten. */
const bothMajors = new Set(["docs/effect-4.md", "docs/from-effect-ai-openrouter.md"])

/** The dependencies of Effect 3 that are modules of `effect` in Effect 4. */
const merged = /^@effect\/(?:cluster|experimental|platform|rpc|sql|workflow)@/

/** Rewrites what a command installs. */
const installLine = (line: string): string =>
  line.split(" ").filter((each) => !merged.test(each)).map((each) => {
    const [, name = "", version = ""] = /^(@?[^@]+)@([\^\d.]+)$/.exec(each) ?? []
    if (version === "") return each
    if (name.startsWith("@effect-openrouter/")) return `${name}@4`
    const replaced = catalog[name]
    if (typeof replaced !== "string") return each
    if (/^\d+$/.test(version)) return `${name}@${replaced.replace(/\..*/, "")}`
    return version.startsWith("^") ? `${name}@^${replaced}` : `${name}@${replaced}`
  }).join(" ")

interface Section {
  readonly heading: string
  readonly level: number
  /** The number of the line of its heading. */
  readonly line: number
  readonly lines: Array<string>
}

/** Returns the sections of a document, each without those below it. What comes before the first heading has level 0. */
const readSections = (text: string): Array<Section> => {
  const sections: Array<Section> = [{ heading: "", level: 0, line: 1, lines: [] }]
  let isCode = false
  for (const [index, line] of text.split("\n").entries()) {
    if (line.startsWith("```")) isCode = !isCode
    const level = isCode ? 0 : /^(#+) /.exec(line)?.[1]?.length ?? 0
    if (level > 0) sections.push({ heading: line, level, line: index + 1, lines: [] })
    sections.at(-1)?.lines.push(line)
  }
  return sections
}

/** Returns the section at an index and those below it. */
const withSubsections = (sections: ReadonlyArray<Section>, index: number): ReadonlyArray<Section> => {
  const level = sections[index]?.level ?? 0
  const next = sections.findIndex((each, at) => at > index && each.level <= level)
  return sections.slice(index, next === -1 ? sections.length : next)
}

/** An import of Effect in a block that is not rewritten. */
const otherImport = /^ *(?:import|export) .* from "(?:effect|@effect\/[^"]*)["/]/m

/** Rewrites a section for Effect 4. */
const deriveSection = (file: string, { line: first, lines }: Section): Derived => {
  const problems: Array<Problem> = []
  let line = first
  const parts = lines.join("\n").split(/^(```[a-z]*\n[\s\S]*?^```)$/m)
  const derived = parts.map((part, index) => {
    const codeLine = line + 1
    line += part.split("\n").length - 1
    const [, fence = "", code = ""] = /^(```(?:ts|typescript)\n)([\s\S]*)```$/.exec(part) ?? []
    if (fence === "") {
      const place = otherImport.exec(part)?.index
      if (place !== undefined) {
        const before = part.slice(0, place).split("\n").length - 1
        problems.push({ file, line: codeLine - 1 + before, message: "write this block as ```ts, without indentation" })
      }
      if (index % 2 === 1 || bothMajors.has(file)) return part
      const prose = rewriteProse(file, part, codeLine - 1)
      problems.push(...prose.problems)
      return prose.text.replaceAll(omittedRows, "")
    }
    const result = deriveModule(file, code, codeLine)
    problems.push(...result.problems)
    return `${fence}${result.text}\`\`\``
  })
  return { text: derived.join("").replaceAll(/npm install [^`\n]*/g, installLine), problems }
}

/** A document, or a part of one, that is written by hand for Effect 4. */
interface ByHand {
  readonly file: string
  readonly text: string
}

/**
 * Rewrites a document. A section whose heading the document by hand also has is replaced, with the sections below it. If the
 * document by hand has only the heading, the section is removed.
 */
export const deriveDocument = (file: string, text: string, byHand?: ByHand): Derived => {
  const problems: Array<Problem> = []
  const sections = readSections(text)
  const hand = byHand === undefined ? [] : readSections(byHand.text).slice(1)
  const finished = new Set(hand)
  while (hand[0] !== undefined) {
    const [{ heading, line }] = hand
    const replacement = hand.splice(0, withSubsections(hand, 0).length)
    const place = sections.findIndex((each) => each.heading === heading)
    if (place === -1) {
      problems.push({ file: byHand?.file ?? file, line, message: `${file} has no section "${heading}"` })
      continue
    }
    const isRemoved = replacement.every(({ lines }) => lines.slice(1).join("") === "")
    sections.splice(place, withSubsections(sections, place).length, ...isRemoved ? [] : replacement)
  }
  const texts = sections.map((section) => {
    if (finished.has(section)) return section.lines.join("\n")
    const derived = deriveSection(file, section)
    problems.push(...derived.problems)
    return derived.text
  })
  return { text: `${texts.map((each) => each.trim()).join("\n\n").trim()}\n`, problems }
}
