// Fails on docstrings that do not begin with what a thing does or returns, and on phrases that are not plain English.
import { readFileSync } from "node:fs"
import { join, relative } from "node:path"
import { documents, filesIn, packages, root } from "../setup/workspace.mjs"

interface Rule {
  readonly name: string
  readonly pattern: RegExp
}

const docstring: Rule = {
  name: "A docstring begins with what the thing does or returns",
  pattern: /\/\*\*(?:\s|\*(?!\/))*\b(?:What|Whether|How|Where|Which|So|When)\b/g
}

const phrases: ReadonlyArray<Rule> = [
  { name: "Write `default:`", pattern: /\bunless (?:told|asked|said) otherwise\b/gi },
  { name: "Write `is given` or `reports`", pattern: /\b(?:is|are|be|was|were) told\b/gi },
  { name: "Write the number or `n`", pattern: /\bso (?:many|much|few)\b/gi },
  { name: "Write `invalid` or `not a …`", pattern: /\b(?:that|which) is none\b/gi },
  { name: "Write `endlessly` or `permanently`", pattern: /\bfor ever\b/gi },
  { name: "Write `happened`", pattern: /\b(?:come|came|comes) to pass\b/gi },
  { name: "Write `of the caller`", pattern: /\bof one's own\b/gi },
  { name: "Write `only`", pattern: /\b(?:from|in|of) (?:the|it|its) \w+ alone\b/gi },
  { name: "Write `again`", pattern: /\banew\b/gi },
  { name: "Write `also`", pattern: /\bbesides\b/gi },
  { name: "Write `is sent`", pattern: /\bsets? out\b/gi },
  { name: "Write `is invalid`", pattern: /\bmakes? no sense\b/gi },
  {
    name: "Write `receives` or `gets`",
    pattern: /\b(?:meets|met) (?:a|an|the|every|each|these) (?:fault|error|id|failure|request)/gi
  },
  { name: "Write `instead`", pattern: /\bin its stead\b/gi },
  { name: "Write what it is not", pattern: /\b(?:what|that|which) is no\b/gi },
  { name: "Write `is invalid` or `is skipped`", pattern: /\bleave[sd]? undone\b|\bleft undone\b/gi }
]

const nameOfOrigin: Rule = {
  name: "A name says what a thing is: `cost`, `getCost`, `toCost`",
  pattern: /\b(?:const|let|function) [a-z]\w*Of\b/g
}

const modulesIn = (part: string): ReadonlyArray<string> =>
  packages.flatMap(({ folder }) => filesIn(join(folder, part), ".ts").map((name) => join(folder, part, name)))

const sources = [...modulesIn("src"), ...modulesIn("page")]
const tests = modulesIn("test")
const scripts = filesIn(join(root, "scripts"), ".ts").map((name) => join(root, "scripts", name))
  .filter((path) => !path.includes("node_modules") && !path.endsWith(join("check", "language.ts")))

const findings = (path: string, rules: ReadonlyArray<Rule>): ReadonlyArray<string> => {
  const text = readFileSync(path, "utf8")
  return rules.flatMap(({ name, pattern }) =>
    [...text.matchAll(pattern)].map(({ 0: match, index }) => {
      const line = text.slice(0, index).split("\n").length
      return `${relative(root, path)}:${line}: "${match.replaceAll(/\s*\n\s*\*?\s*/g, " ").trim()}": ${name}`
    })
  )
}

/** Returns the docstrings of the members of an interface or a class, in one line each. */
const docstrings = (text: string, start: RegExp, member: RegExp): ReadonlyMap<string, string> => {
  const body = start.exec(text)?.[1] ?? ""
  return new Map(
    [...body.matchAll(member)].map(([, doc = "", name = ""]) => [name, doc.replaceAll(/\s+(?:\* ?)?/g, " ")])
  )
}

/** The statics of a service are what users type: an editor shows the same text for them as for the methods. */
const differentStatics = sources.flatMap((path) => {
  const text = readFileSync(path, "utf8")
  return [...text.matchAll(/class (\w+) extends Context\.Tag/g)].flatMap(([, name = ""]) => {
    const statics = docstrings(
      text,
      new RegExp(`class ${name} extends ([\\s\\S]*?)\\n}\\n`),
      /\/\*\*((?:[^*]|\*(?!\/))*)\*\/\s*static readonly (\w+)/g
    )
    return sources.flatMap((other) => {
      const service = new RegExp(`interface ${name}Service {([\\s\\S]*?)\\n}\\n`)
      const methods = docstrings(
        readFileSync(other, "utf8"),
        service,
        /\/\*\*((?:[^*]|\*(?!\/))*)\*\/\s*readonly (\w+)/g
      )
      return [...methods].flatMap(([method, doc]) =>
        statics.has(method) && statics.get(method) !== doc
          ? [`${relative(root, path)}: the docstring of ${name}.${method} differs from that of the service's method`]
          : []
      )
    })
  })
})

const all = [
  ...differentStatics,
  ...sources.flatMap((path) => findings(path, [docstring, nameOfOrigin, ...phrases])),
  ...[...tests, ...scripts].flatMap((path) => findings(path, [nameOfOrigin, ...phrases])),
  ...documents.flatMap((path) => findings(path, phrases))
]
for (const finding of all) console.error(finding)
console.log(`${all.length} findings in the language of docstrings, comments and documents`)
process.exitCode = all.length === 0 ? 0 : 1
