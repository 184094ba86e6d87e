import type * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as ParseResult from "effect/ParseResult"
import { isRecord, not } from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as AST from "effect/SchemaAST"

/** Decodes as the Schema does, at a fraction of the cost. */
export interface Decoder<A> {
  (input: unknown): Either.Either<A, ParseResult.ParseIssue>
}

/**
 * A decoder that is compiled once from a Schema into plain closures. Where they find something that does not fit, the
 * Schema itself decodes, and says what is wrong: the closures decide nothing but speed. A kind of Schema that they do not
 * know is decoded by the Schema, too.
 */
export const makeDecoder = <A, I>(schema: Schema.Schema<A, I>): Decoder<A> => {
  const known = decoders.get(schema.ast)
  if (known !== undefined) return known as Decoder<A>
  const fast = compile(schema.ast)
  const slow = ParseResult.decodeUnknownEither(schema)
  const decoder: Decoder<A> = (input) => {
    const value = fast(input)
    return value === misfit ? slow(input) : Either.right(value as A)
  }
  decoders.set(schema.ast, decoder)
  return decoder
}

const decoders = new WeakMap<AST.AST, Decoder<unknown>>()

const misfit = Symbol("misfit")

/** Core says by this annotation how its records are made, which needs not be checked again. */
const recordParts = Symbol.for("@effect-openrouter/core/recordParts")

interface RecordParts {
  readonly wire: AST.AST
  readonly toModel: (wire: unknown, received: unknown) => unknown
}

type Closure = (input: unknown) => unknown

const compile = (ast: AST.AST, inherited = false): Closure => {
  const options = Option.getOrElse(AST.getAnnotation<AST.ParseOptions>(ast, AST.ParseOptionsAnnotationId), () => ({}))
  const { onExcessProperty = inherited ? "preserve" : "ignore", ...others } = options as AST.ParseOptions
  const isExcessKept = onExcessProperty === "preserve"
  const inner = (ast: AST.AST) => compile(ast, isExcessKept)
  if (onExcessProperty === "error" || Object.keys(others).length > 0) return bySchema(ast, inherited)

  switch (ast._tag) {
    case "StringKeyword":
      return (input) => typeof input === "string" ? input : misfit
    case "NumberKeyword":
      return (input) => typeof input === "number" ? input : misfit
    case "BooleanKeyword":
      return (input) => typeof input === "boolean" ? input : misfit
    case "UndefinedKeyword":
    case "Literal":
      return oneOf([ast], [])
    case "UnknownKeyword":
      return (input) => input
    case "Declaration": {
      const parse = ast.decodeUnknown(...ast.typeParameters)
      return (input) => rightOf(parse(input, {}, ast))
    }
    case "Refinement":
      return andThen(inner(ast.from), (value) => Option.isNone(ast.filter(value, {}, ast)) ? value : misfit)
    case "Union":
      return oneOf(ast.types.filter(isConstant), ast.types.filter(not(isConstant)).map(inner))
    case "TupleType": {
      const [rest] = ast.rest
      return ast.elements.length === 0 && ast.rest.length === 1 && rest
        ? arrayOf(inner(rest.type))
        : bySchema(ast, inherited)
    }
    case "TypeLiteral":
      return ast.indexSignatures.length === 0 && ast.propertySignatures.length > 0
        ? struct(ast.propertySignatures.map((field) => ({ ...field, decode: inner(field.type) })), isExcessKept)
        : bySchema(ast, inherited)
    case "Transformation": {
      const parts = ast.annotations[recordParts] as RecordParts | undefined
      if (parts !== undefined) return andThen(compile(parts.wire, true), parts.toModel)
      const { transformation } = ast
      if (transformation._tag !== "FinalTransformation") return bySchema(ast, inherited)
      const to = inner(ast.to)
      return andThen(inner(ast.from), (value, input) => {
        const result = rightOf(transformation.decode(value, {}, ast, input))
        return result === misfit ? misfit : to(result)
      })
    }
    default:
      return bySchema(ast, inherited)
  }
}

const bySchema = (ast: AST.AST, isExcessKept: boolean): Closure => {
  const decode = ParseResult.decodeUnknownEither(Schema.make<unknown>(ast), {
    onExcessProperty: isExcessKept ? "preserve" : "ignore"
  })
  return (input) => rightOf(decode(input))
}

const rightOf = (result: Effect.Effect<unknown, unknown, unknown>): unknown =>
  Either.isEither(result) && Either.isRight(result) ? result.right : misfit

const andThen = (first: Closure, next: (value: unknown, input: unknown) => unknown): Closure => (input) => {
  const value = first(input)
  return value === misfit ? misfit : next(value, input)
}

const otherwise = (next: Closure, member: Closure): Closure => (input) => {
  const value = member(input)
  return value === misfit ? next(input) : value
}

type Constant = AST.Literal | AST.UndefinedKeyword

const isConstant = (ast: AST.AST): ast is Constant => AST.isLiteral(ast) || AST.isUndefinedKeyword(ast)

/** Most fields may be null, and many are: that is asked first, and by comparison, because a Set would hash every string. */
const oneOf = (constants: ReadonlyArray<Constant>, members: ReadonlyArray<Closure>): Closure => {
  const rest = members.length === 0 ? () => misfit : members.reduceRight(otherwise)
  const [first, second, ...others] = constants.map((ast) => AST.isLiteral(ast) ? ast.literal : undefined).toReversed()
  if (constants.length === 0) return rest
  if (constants.length === 1) return (input) => input === first ? input : rest(input)
  return (input) => input === first || input === second || others.includes(input as string) ? input : rest(input)
}

const arrayOf = (element: Closure): Closure => (input) => {
  if (!Array.isArray(input)) return misfit
  const output = input.map((value: unknown) => element(value))
  return output.includes(misfit) ? misfit : output
}

interface Field {
  readonly name: PropertyKey
  readonly isOptional: boolean
  readonly decode: Closure
}

const struct = (fields: ReadonlyArray<Field>, isExcessKept: boolean): Closure => (input) => {
  if (!isRecord(input)) return misfit
  // What is kept as it is need not be copied, until a field becomes something else.
  let output = isExcessKept ? input : {}
  for (const { decode, isOptional, name } of fields) {
    const received = input[name]
    if (received === undefined && isOptional && !(name in input)) continue
    const value = decode(received)
    if (value === misfit) return misfit
    if (output === input && value !== received) output = { ...input }
    if (!isExcessKept || value !== received) output[name] = value
  }
  return output
}
