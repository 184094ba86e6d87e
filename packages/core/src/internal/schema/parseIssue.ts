import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import * as AST from "effect/SchemaAST"
import type { Problem, Problems } from "./codec.js"

/** Returns the problems of a codec as an issue of Effect 3: each at its path, under the Schema that was decoded. */
export const toIssue = (ast: AST.AST, actual: unknown, { list }: Problems): ParseResult.ParseIssue => {
  const issues = list.map((problem) => {
    const leaf = toLeaf(problem)
    const [key, ...rest] = problem.path
    return key === undefined ? leaf : new ParseResult.Pointer([key, ...rest], actual, leaf)
  })
  const [first, ...others] = issues
  return first === undefined
    ? new ParseResult.Type(ast, actual)
    : new ParseResult.Composite(ast, actual, [first, ...others])
}

// The message says what kind of value came and does not quote it: records have private fields.
const toLeaf = ({ actual, expected }: Problem) => {
  const { ast } = Schema.Unknown.annotations({ description: expected })
  return actual === undefined
    ? new ParseResult.Missing(new AST.Type(ast))
    : new ParseResult.Type(ast, actual, `Expected ${expected}, got ${describeKind(actual)}`)
}

const describeKind = (value: unknown): string =>
  value === null
    ? "null"
    : Array.isArray(value)
    ? "an array"
    : typeof value === "object"
    ? "an object"
    : typeof value === "number" && !Number.isFinite(value)
    ? String(value)
    : `a ${typeof value}`
