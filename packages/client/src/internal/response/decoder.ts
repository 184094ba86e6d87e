/**
 * Decodes a record, and says which field is wrong.
 */
import type * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as ParseResult from "effect/ParseResult"
import type * as Schema from "effect/Schema"
import * as AST from "effect/SchemaAST"
import { valueKind } from "./valueKind.js"

/** The reason why a value was rejected. */
export type Issue = ParseResult.ParseIssue

/** Returns a function that decodes a value. */
export const decoder: <A, I>(schema: Schema.Schema<A, I>) => (input: unknown) => Either.Either<A, Issue> =
  ParseResult.decodeUnknownEither

/** A field that a Schema rejected, by its path, and what is wrong with it. */
export interface WrongField {
  readonly path: string
  readonly problem: string
}

/** Returns the first field that the Schema rejected. */
export const firstWrongField = (issue: Issue): WrongField => findWrongField(issue, "")

type Leaf = Extract<Issue, { readonly _tag: "Type" | "Missing" | "Unexpected" | "Forbidden" }>

const findWrongField = (issue: Issue, path: string): WrongField => {
  switch (issue._tag) {
    case "Pointer":
      return findWrongField(issue.issue, [issue.path].flat().reduce(appendKey, path))
    case "Composite":
      // The description of a union says more than that of its first member.
      return Option.isSome(AST.getDescriptionAnnotation(issue.ast)) && AST.isUnion(issue.ast)
        ? { path, problem: explain(new ParseResult.Type(issue.ast, issue.actual)) }
        : findWrongField(Array.isArray(issue.issues) ? issue.issues[0] : issue.issues, path)
    case "Refinement":
    case "Transformation":
      return findWrongField(issue.issue, path)
    default:
      return { path, problem: explain(issue) }
  }
}

const appendKey = (path: string, key: PropertyKey): string =>
  typeof key === "number" ? `${path}[${key}]` : path === "" ? String(key) : `${path}.${String(key)}`

const explain = (leaf: Leaf): string => {
  switch (leaf._tag) {
    case "Missing":
      return "is missing"
    case "Type":
      return `expected ${expected(leaf.ast)}, got ${valueKind(leaf.actual)}`
    default:
      return "is not allowed"
  }
}

const expected = (ast: AST.AST): string =>
  Option.getOrElse(AST.getDescriptionAnnotation(ast), () => AST.isTupleType(ast) ? "an array" : String(ast))
