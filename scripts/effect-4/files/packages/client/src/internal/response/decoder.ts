/**
 * Decodes a record, and says which field is wrong.
 */
import type * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as SchemaParser from "effect/SchemaParser"
import { valueKind } from "./valueKind.js"

/** The reason why a value was rejected. */
export type Issue = SchemaIssue.Issue

/** Returns a function that decodes a value. Its issues hold the values, whose kinds the error states. */
export const decoder = <A, I>(schema: Schema.Codec<A, I>): (input: unknown) => Result.Result<A, Issue> =>
  SchemaParser.decodeUnknownResult(schema, { reportInput: true })

/** A field that a Schema rejected, by its path, and what is wrong with it. */
export interface WrongField {
  readonly path: string
  readonly problem: string
}

/** Returns the first field that the Schema rejected. */
export const firstWrongField = (issue: Issue): WrongField => {
  const [first] = format(issue).issues
  const path = (first?.path ?? []).map((part) => typeof part === "object" ? part.key : part).reduce(appendKey, "")
  return { path, problem: first?.message ?? "is invalid" }
}

const appendKey = (path: string, key: PropertyKey): string =>
  typeof key === "number" ? `${path}[${key}]` : path === "" ? String(key) : `${path}.${String(key)}`

// The message says what kind of value came and does not quote it.
const leafHook = (issue: SchemaIssue.Leaf): string => {
  if (issue._tag === "MissingKey") return "is missing"
  if (issue._tag === "UnexpectedKey" || issue._tag === "Forbidden") return "is not allowed"
  const { input, ...plain } = issue as SchemaIssue.Leaf & { readonly input?: unknown }
  const message = SchemaIssue.defaultLeafHook(plain as SchemaIssue.Leaf)
  const expected = message.charAt(0).toLowerCase() + message.slice(1)
  if (SchemaIssue.hasInput(issue)) return `${expected}, got ${valueKind(input)}`
  // The message of `Schema.Finite` has the number.
  return expected.replace(/-?Infinity$/, valueKind(Infinity))
}

const format = SchemaIssue.makeFormatterStandardSchemaV1({ leafHook })
