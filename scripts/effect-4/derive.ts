// Rewrites a module for Effect 3 as the same module for Effect 4. It only parses, it does not check types: modules of Effect
// are imported as namespaces, so that the source of each name is plain to see. A name that the table does not have is a
// problem with its line.
import ts from "typescript"
import { omittedTests } from "./packages.js"
import { type Derived, type Problem, rewriteProse } from "./prose.js"
import type { Context } from "./rule.js"
import { hasRule, propertyNames, rules } from "./rules.js"
import { modules } from "./table.js"

/** A rewritten module. */
interface DerivedModule extends Derived {
  /** The line of the original for each line of the text. */
  readonly lines: ReadonlyArray<number>
}

interface Binding {
  readonly module: string
  readonly local: string
  readonly isType: boolean
  readonly declaration: ts.ImportDeclaration
  uses: number
}

/** Checks that a member is in the list of the names that Effect 4 has, too. `*` stands for every name. */
const isSame = (same: string, member: string) => same === "*" || same.split(" ").includes(member)

const ownValue = (values: Readonly<Record<string, string>>, name: string): string | undefined =>
  Object.hasOwn(values, name) ? values[name] : undefined

const lastPart = (path: string) => path.slice(path.lastIndexOf("/") + 1)
const getBarrel = (module: string) => module.slice(0, module.lastIndexOf("/"))

/** Returns the module of Effect 4 for one of Effect 3. */
const getTarget = (module: string) => modules[module]?.to ?? module

/** The packages whose modules the table has. */
const isOfEffect = (specifier: string) => specifier === "effect" || /^(?:effect|@effect)\//.test(specifier)

const onlyNamespaces = "write `import * as Effect from \"effect/Effect\"` or `import { Effect } from \"effect\"`"

const firstIsLowerCase = /^[a-z]/

/** Checks that a string names a module of Effect elsewhere than in an `import` declaration. */
const isOtherImport = (node: ts.Node): boolean => {
  if (!ts.isStringLiteral(node) || !isOfEffect(node.text)) return false
  const { parent } = node
  return ts.isExportDeclaration(parent) || ts.isExternalModuleReference(parent) || ts.isModuleDeclaration(parent) ||
    ts.isLiteralTypeNode(parent) && ts.isImportTypeNode(parent.parent) ||
    ts.isCallExpression(parent) && /^(?:import|require|vi\.(?:do)?[mM]ock)$/.test(parent.expression.getText())
}

const isBarrel = (specifier: string) => Object.keys(modules).some((module) => getBarrel(module) === specifier)

/** Rewrites one module. `firstLine` is the line of the file at which the text begins. */
export const deriveModule = (file: string, text: string, firstLine = 1): DerivedModule => {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ESNext, true)
  const problems: Array<Problem> = []
  const fail = (node: ts.Node, message: string) => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart(source))
    problems.push({ file, line: firstLine + line, message })
  }

  const bindings = new Map<string, Binding>()
  const members = new Map<string, { readonly module: string; readonly imported: string }>()
  const names = new Set<string>()
  const collect = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) names.add(node.text)
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) bind(node, node.moduleSpecifier.text)
    if (isOtherImport(node)) fail(node, onlyNamespaces)
    ts.forEachChild(node, collect)
  }
  const bind = (declaration: ts.ImportDeclaration, specifier: string) => {
    const clause = declaration.importClause
    if (!isOfEffect(specifier)) return
    if (clause?.namedBindings === undefined || clause.name !== undefined) {
      fail(declaration, onlyNamespaces)
      return
    }
    if (ts.isNamespaceImport(clause.namedBindings)) {
      const local = clause.namedBindings.name.text
      if (specifier in modules) {
        bindings.set(local, { module: specifier, local, isType: clause.isTypeOnly, declaration, uses: 0 })
      } else fail(declaration, `the table has no module ${specifier}`)
      return
    }
    for (const element of clause.namedBindings.elements) {
      const imported = (element.propertyName ?? element.name).text
      const local = element.name.text
      if (!isBarrel(specifier)) {
        if (specifier in modules) members.set(local, { module: specifier, imported })
        else fail(element, `the table has no module ${specifier}`)
      } else if (`${specifier}/${imported}` in modules) {
        const isType = clause.isTypeOnly || element.isTypeOnly
        bindings.set(local, { module: `${specifier}/${imported}`, local, isType, declaration, uses: 0 })
      } else fail(element, `the table has no module ${specifier}/${imported}`)
    }
  }
  collect(source)

  // The names of the modules of Effect 4 in this file.
  const locals = new Map<string, string>()
  for (const { local, module } of bindings.values()) {
    const target = getTarget(module)
    const isRenamed = target.includes("/") && local === lastPart(module) && lastPart(target) !== local
    const wanted = isRenamed ? lastPart(target) : local
    const holder = bindings.get(wanted)
    const isTaken = names.has(wanted) && (holder === undefined || getTarget(holder.module) !== target)
    if (!locals.has(target)) locals.set(target, isRenamed && isTaken ? local : wanted)
  }
  const used = new Map<string, number>()
  /** The modules whose values are used, although only their types may have been. */
  const values = new Set<string>()
  const added = new Set<string>()
  const use = (module: string, isType = false): string => {
    if (!isType) values.add(module)
    used.set(module, (used.get(module) ?? 0) + 1)
    const existing = locals.get(module)
    if (existing !== undefined) return existing
    const name = names.has(lastPart(module)) ? `Effect${lastPart(module)}` : lastPart(module)
    locals.set(module, name)
    added.add(module)
    return name
  }

  const rename = (module: string, member: string, node: ts.Node): string => {
    const { names, same, to = module } = modules[module] ?? { same: "" }
    const target = ownValue(names ?? {}, member) ?? (isSame(same, member) ? member : undefined)
    if (target === undefined) {
      fail(node, `scripts/effect-4/table.ts does not know ${lastPart(module)}.${member}`)
      return `${use(to, true)}.${member}`
    }
    if (target.startsWith("\"")) return target
    const [name, other] = target.split("#") as [string, string?]
    // What readers copy, and what we publish, cannot import the helpers of our tests.
    if (other?.startsWith("@effect-openrouter/testing/") === true && /^packages\/[^/]+\/src\/|\.md$/.test(file)) {
      if (name === member) return `${use(to)}.${member}`
      fail(node, `${lastPart(module)}.${member} exists for tests only`)
    }
    return `${use(other ?? to, other === undefined)}.${name}`
  }

  /** Finds `Struct.Fields` in `Schema.Struct.Fields`. */
  const findNestedType = (node: ts.Node): readonly [Binding, string] | undefined => {
    if (!ts.isQualifiedName(node)) return undefined
    const binding = findNamespace(node.left)
    return binding === undefined ? undefined : [binding, `${getMember(node.left)}.${node.right.text}`]
  }
  const findNamespace = (node: ts.Node): Binding | undefined => {
    if (ts.isPropertyAccessExpression(node)) {
      return ts.isIdentifier(node.expression)
        ? bindings.get(node.expression.text)
        : undefined
    }
    if (ts.isQualifiedName(node)) return ts.isIdentifier(node.left) ? bindings.get(node.left.text) : undefined
    return undefined
  }
  const memberName = (node: ts.Node): string | undefined => {
    const binding = findNamespace(node)
    return binding === undefined ? undefined : `${lastPart(binding.module)}.${getMember(node)}`
  }

  const omittedTitles = omittedTests[file]
  const foundTitles = new Set<string>()
  /** Checks that a statement is a test that the line for Effect 4 does not have. */
  const isOmittedTest = (node: ts.Node): boolean => {
    if (omittedTitles === undefined || !ts.isExpressionStatement(node) || !ts.isCallExpression(node.expression)) {
      return false
    }
    const [title] = node.expression.arguments
    if (title === undefined || !ts.isStringLiteral(title) || !Object.hasOwn(omittedTitles, title.text)) return false
    foundTitles.add(title.text)
    return true
  }

  const render = (node: ts.Node): string => {
    if (isOmittedTest(node)) return ""
    if (
      ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier) && isOfEffect(node.moduleSpecifier.text)
    ) {
      return `${text.slice(node.getFullStart(), node.getStart(source))}${importMark}${node.pos}${importMark}`
    }
    const replaced = replace(node)
    if (replaced !== undefined) return copy(node.getFullStart(), node.getStart(source)) + replaced
    let output = ""
    let position = node.getFullStart()
    ts.forEachChild(node, (child) => {
      output += copy(position, child.getFullStart()) + render(child)
      position = child.end
    })
    return output + copy(position, node.end)
  }

  const getText = (node: ts.Node): string => render(node).slice(copy(node.getFullStart(), node.getStart(source)).length)

  const imports = (module: string) => [...bindings.values()].some((binding) => binding.module === module)
  const context: Context = { text: getText, use, memberName, imports, fail }

  const replace = (node: ts.Node): string | undefined => {
    for (const rule of rules) {
      const replaced = rule(node, context)
      if (replaced !== undefined) return replaced
    }
    const nested = findNestedType(node)
    if (nested !== undefined) return rename(nested[0].module, nested[1], node)
    const binding = findNamespace(node)
    if (binding !== undefined) return rename(binding.module, getMember(node), node)
    if (!ts.isIdentifier(node)) return undefined
    const member = members.get(node.text)
    if (member !== undefined) {
      const { names, same = "" } = modules[member.module] ?? {}
      const target = ownValue(names ?? {}, member.imported)
      const isRule = hasRule(`${lastPart(member.module)}.${member.imported}`)
      if (isRule || (target === undefined ? !isSame(same, member.imported) : !/^\w+$/.test(target))) {
        fail(node, `scripts/effect-4/table.ts does not know ${lastPart(member.module)}.${member.imported}`)
      }
      return node.text
    }
    const namespace = bindings.get(node.text)
    if (namespace !== undefined && !isName(node) && !ts.isTypeReferenceNode(node.parent)) {
      if (firstIsLowerCase.test(lastPart(namespace.module))) return use(namespace.module)
      fail(node, `write the member that is used, as in ${node.text}.member`)
      return node.text
    }
    return isName(node) ? ownValue(propertyNames, node.text) : undefined
  }

  const isPublished = /^packages\/[^/]+\/src\//.test(file)
  /** Copies text, and marks the line of the original at the start of each line. */
  const copyLines = (from: number, to: number): string => {
    const { line } = source.getLineAndCharacterOfPosition(from)
    return text.slice(from, to).split("\n").map((each, index) => {
      const prose = isPublished && isComment.test(each) ? rewriteProse(file, each, firstLine + line + index) : undefined
      problems.push(...prose?.problems ?? [])
      return (index === 0 ? "" : markLine(firstLine + line + index)) + (prose?.text ?? each)
    }).join("\n")
  }
  // Blocks of code in comments are modules of their own.
  const copy = (from: number, to: number): string => {
    let output = ""
    let position = from
    for (
      const { 0: block, 1: margin = "", 2: language, 3: code = "", index } of text.slice(from, to).matchAll(blocks)
    ) {
      const start = from + index
      const line = firstLine + source.getLineAndCharacterOfPosition(start).line
      const derived = deriveModule(
        file,
        code.split("\n").map((each) => each.replace(/^ *\* ?/, "")).join("\n"),
        line + 1
      )
      problems.push(...derived.problems)
      const lines = derived.text.split("\n").map((each, index) =>
        markLine(derived.lines[index] ?? line) + `${margin}${each}`.trimEnd()
      )
      output += `${copyLines(position, start)}${margin}\`\`\`${language}\n${lines.join("\n")}\n${margin}\`\`\``
      position = start + block.length
    }
    return output + copyLines(position, to)
  }

  const body = render(source)
  for (const title of Object.keys(omittedTitles ?? {})) {
    if (!foundTitles.has(title)) fail(source, `there is no test "${title}" to leave out`)
  }

  const importText = (declaration: ts.ImportDeclaration): string => {
    const clause = declaration.importClause
    const specifier = (declaration.moduleSpecifier as ts.StringLiteral).text
    if (clause?.namedBindings === undefined) return declaration.getText(source)
    const type = clause.isTypeOnly ? "type " : ""
    if (ts.isNamedImports(clause.namedBindings) && specifier in modules) {
      const { names = {}, to = specifier } = modules[specifier] ?? {}
      const parts = clause.namedBindings.elements.map(({ isTypeOnly, name, propertyName }) => {
        const imported = (propertyName ?? name).text
        const target = ownValue(names, imported) ?? imported
        return (isTypeOnly ? "type " : "") + (target === name.text ? target : `${target} as ${name.text}`)
      })
      return `import ${type}{ ${parts.join(", ")} } from "${to}"`
    }
    const isNamespace = ts.isNamespaceImport(clause.namedBindings)
    const namespaces: Array<string> = []
    const byBarrel = new Map<string, Array<string>>()
    for (const { declaration: its, isType: wasType, local, module } of bindings.values()) {
      const target = getTarget(module)
      const isType = wasType && !values.has(target)
      if (its !== declaration || !used.has(target) || written.has(target)) continue
      written.add(target)
      const name = locals.get(target) ?? local
      if (isNamespace || !target.includes("/")) {
        namespaces.push(`import ${isType ? "type " : ""}* as ${name} from "${target}"`)
      } else {
        const part = lastPart(target) === name ? name : `${lastPart(target)} as ${name}`
        const barrel = getBarrel(target)
        byBarrel.set(barrel, [...byBarrel.get(barrel) ?? [], (isType && !clause.isTypeOnly ? "type " : "") + part])
      }
    }
    for (const module of added) {
      const parts = byBarrel.get(getBarrel(module))
      if (parts === undefined || clause.isTypeOnly || written.has(module)) continue
      written.add(module)
      const name = locals.get(module)
      parts.push(lastPart(module) === name ? name : `${lastPart(module)} as ${name}`)
    }
    const barrels = [...byBarrel].map(([barrel, parts]) =>
      `import ${type}{ ${parts.toSorted().join(", ")} } from "${barrel}"`
    )
    return [...barrels, ...namespaces].join("\n")
  }
  const written = new Set<string>()
  const pieces = body.split(importMark)
  const declarations = source.statements.filter(ts.isImportDeclaration)
  const importTexts = new Map(declarations.map((declaration) => [declaration.pos, importText(declaration)]))
  // A module that only a rule uses is imported with others of its package, or before the first import.
  let extra = [...added].filter((module) => !written.has(module))
    .map((module) => `import * as ${locals.get(module)} from "${module}"\n`).join("")
  const output = pieces.map((piece, index) => {
    if (index % 2 === 0) return piece
    const before = extra
    extra = ""
    return before + (importTexts.get(Number(piece)) ?? "")
  }).join("")
  const derived = output.replaceAll(/^\n(?=import )/gm, "")
  return { ...readMarks(omittedTitles === undefined ? derived : withoutUnusedImports(derived), firstLine), problems }
}

const getMember = (node: ts.Node): string =>
  ts.isQualifiedName(node) ? node.right.text : (node as ts.PropertyAccessExpression).name.text

/** Removes what is imported for the tests that are left out only. */
const withoutUnusedImports = (text: string): string =>
  text.replaceAll(
    /^(?:\ue000\d+\ue000)?import \{ ([^}]*) \} from ("[^"]+")\n/gm,
    (line, names: string, from: string) => {
      const rest = text.replace(line, "")
      const used = names.split(", ").filter((name) => new RegExp(`\\b${name.split(" ").at(-1)}\\b`).test(rest))
      return used.length === 0 ? "" : `import { ${used.join(", ")} } from ${from}\n`
    }
  )

const isComment = /^ *(?:\/\*\*|\*|\/\/)/

/** The blocks of code in a comment. */
const blocks = /( *\* )```(ts|typescript)\n([\s\S]*?)\n *\* ```/g

const importMark = "\u0001"

const markLine = (line: number): string => `\ue000${line}\ue000`

/** Removes the marks of lines, and returns the line of the original for each line. */
const readMarks = (text: string, firstLine: number) => {
  let line = firstLine - 1
  const lines = text.split("\n").map((each) => {
    const [, mark] = /^\ue000(\d+)\ue000/.exec(each) ?? []
    line = mark === undefined ? line + 1 : Number(mark)
    return line
  })
  return { text: text.replaceAll(/\ue000\d+\ue000/g, ""), lines }
}

/** Checks that an identifier is the name of a property and not a variable. */
const isName = ({ parent, ...node }: ts.Identifier & { readonly parent: ts.Node }): boolean =>
  ts.isPropertyAccessExpression(parent) && parent.name.pos === node.pos ||
  ts.isQualifiedName(parent) && parent.right.pos === node.pos ||
  (ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent) || ts.isMethodDeclaration(parent) ||
      ts.isMethodSignature(parent)) &&
    parent.name.pos === node.pos ||
  ts.isBindingElement(parent) && parent.propertyName?.pos === node.pos
