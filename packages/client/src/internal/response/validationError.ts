import { ResponseValidationError } from "@effect-openrouter/core/ResponseValidationError"
import * as Option from "effect/Option"
import { type ParseIssue, Type } from "effect/ParseResult"
import * as AST from "effect/SchemaAST"
import type { Scrub } from "../redaction/redact.js"
import { truncate } from "./truncate.js"

/** An answer that is not the record, described without quoting it: records have private fields. */
export const make = (field: string, problem: string, text: string, scrub: Scrub): ResponseValidationError =>
  new ResponseValidationError({
    field: scrub(field),
    message: scrub(`${field}: ${problem}`),
    body: truncate(scrub(text))
  })

/** The same for what the Schema found: the first field that is wrong, what it should be, and what kind of value came. */
export const fromIssue = (issue: ParseIssue, text: string, scrub: Scrub): ResponseValidationError => {
  const { leaf, path } = firstLeaf(issue, "")
  return make(path === "" ? "data" : path, explain(leaf), text, scrub)
}

type Leaf = Extract<ParseIssue, { readonly _tag: "Type" | "Missing" | "Unexpected" | "Forbidden" }>

const firstLeaf = (issue: ParseIssue, path: string): { readonly leaf: Leaf; readonly path: string } => {
  switch (issue._tag) {
    case "Pointer":
      return firstLeaf(issue.issue, [issue.path].flat().reduce(appendKey, path))
    case "Composite":
      // What a union describes as a whole says more than its first member.
      return Option.isSome(AST.getDescriptionAnnotation(issue.ast)) && AST.isUnion(issue.ast)
        ? { leaf: new Type(issue.ast, issue.actual), path }
        : firstLeaf(Array.isArray(issue.issues) ? issue.issues[0] : issue.issues, path)
    case "Refinement":
    case "Transformation":
      return firstLeaf(issue.issue, path)
    default:
      return { leaf: issue, path }
  }
}

const appendKey = (path: string, key: PropertyKey): string =>
  typeof key === "number" ? `${path}[${key}]` : path === "" ? String(key) : `${path}.${String(key)}`

const explain = (leaf: Leaf): string => {
  switch (leaf._tag) {
    case "Missing":
      return "is missing"
    case "Type":
      return `expected ${expected(leaf.ast)}, got ${kindOf(leaf.actual)}`
    default:
      return "is not allowed"
  }
}

const expected = (ast: AST.AST): string =>
  Option.getOrElse(AST.getDescriptionAnnotation(ast), () => AST.isTupleType(ast) ? "an array" : String(ast))

/** What kind of value this is, in JSON's terms. */
export const kindOf = (value: unknown): string =>
  value === null || value === undefined
    ? String(value)
    : Array.isArray(value)
    ? "an array"
    : typeof value === "object"
    ? "an object"
    : `a ${typeof value}`
