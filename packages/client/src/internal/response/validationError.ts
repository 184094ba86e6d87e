import {
  ResponseValidationError,
  type ResponseValidationErrorReason
} from "@effect-openrouter/core/ResponseValidationError"
import * as Option from "effect/Option"
import { type ParseIssue, Type } from "effect/ParseResult"
import * as AST from "effect/SchemaAST"
import { requestFields } from "../transport/requestFields.js"
import type { TransportRequest, TransportResponse, TransportSettings } from "../transport/transport.js"
import { errorBody } from "./errorBody.js"

/** A response and the request that it belongs to. */
export interface Exchange {
  readonly request: TransportRequest
  readonly response: TransportResponse
  readonly settings: TransportSettings
}

/** Returns the error of a 2XX that is not the record, without quoting it: records have private fields. */
export const make = (
  { request, response, settings }: Exchange,
  reason: ResponseValidationErrorReason,
  field: string,
  problem: string
): ResponseValidationError =>
  new ResponseValidationError({
    reason,
    field: settings.redact(field),
    message: settings.redact(`${field}: ${problem}`),
    body: errorBody(response.text, settings.redact),
    ...requestFields(request, settings, response.headers)
  })

/** Returns the same for the first field that the Schema rejected: what it should be, and what kind of value came. */
export const fromIssue = (exchange: Exchange, issue: ParseIssue): ResponseValidationError => {
  const { leaf, path } = firstLeaf(issue, "")
  return make(exchange, "Invalid", path === "" ? "data" : path, explain(leaf))
}

type Leaf = Extract<ParseIssue, { readonly _tag: "Type" | "Missing" | "Unexpected" | "Forbidden" }>

const firstLeaf = (issue: ParseIssue, path: string): { readonly leaf: Leaf; readonly path: string } => {
  switch (issue._tag) {
    case "Pointer":
      return firstLeaf(issue.issue, [issue.path].flat().reduce(appendKey, path))
    case "Composite":
      // The description of a union says more than that of its first member.
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
      return `expected ${expected(leaf.ast)}, got ${valueKind(leaf.actual)}`
    default:
      return "is not allowed"
  }
}

const expected = (ast: AST.AST): string =>
  Option.getOrElse(AST.getDescriptionAnnotation(ast), () => AST.isTupleType(ast) ? "an array" : String(ast))

/** Returns the kind of a value in JSON's terms. */
export const valueKind = (value: unknown): string =>
  value === null || value === undefined
    ? String(value)
    : Array.isArray(value)
    ? "an array"
    : typeof value === "object"
    ? "an object"
    : `a ${typeof value}`
