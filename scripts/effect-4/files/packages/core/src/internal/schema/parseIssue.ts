import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import type { Problem, Problems } from "./codec.js"

/** Returns the problems of a codec as an issue of Effect 4: each at its path. */
export const toIssue = ({ list }: Problems): SchemaIssue.Issue => {
  const [first, ...others] = list.map(toPointer)
  return first === undefined || others.length === 0
    ? first ?? new SchemaIssue.InvalidValue()
    : new SchemaIssue.Composite(Schema.Unknown.ast, [first, ...others])
}

const toPointer = (problem: Problem): SchemaIssue.Issue =>
  problem.path.length === 0 ? toLeaf(problem) : new SchemaIssue.Pointer(problem.path, toLeaf(problem))

// The message says what kind of value came and does not quote it: records have private fields.
const toLeaf = ({ actual, expected }: Problem) =>
  actual === undefined
    ? new SchemaIssue.MissingKey({ description: expected })
    : new SchemaIssue.InvalidValue({ expected, message: `Expected ${expected}, got ${describeKind(actual)}` })

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
