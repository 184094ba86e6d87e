import type * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as ParseResult from "effect/ParseResult"
import { isReadonlyRecord } from "effect/Predicate"
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

/** What core tells by this annotation of how its records are made. */
const recordParts = Symbol.for("@effect-openrouter/core/recordParts")

interface RecordParts {
  readonly fields: ReadonlyArray<{
    readonly name: string
    readonly wireName: string
    readonly ast: AST.AST
    readonly isRequired: boolean
  }>
  readonly blank: object
  readonly unknownIn: (received: object) => object
}

type Closure = (input: unknown) => unknown

const compile = (ast: AST.AST): Closure => {
  if (AST.ParseOptionsAnnotationId in ast.annotations) return bySchema(ast)
  switch (ast._tag) {
    case "StringKeyword":
      return (input) => typeof input === "string" ? input : misfit
    case "NumberKeyword":
      return (input) => typeof input === "number" ? input : misfit
    case "BooleanKeyword":
      return (input) => typeof input === "boolean" ? input : misfit
    case "Literal":
      return (input) => input === ast.literal ? input : misfit
    case "Declaration": {
      const parse = ast.decodeUnknown(...ast.typeParameters)
      return (input) => rightOf(parse(input, {}, ast))
    }
    case "UnknownKeyword":
      return (input) => input
    case "Refinement":
      return andThen(compile(ast.from), (value) => Option.isNone(ast.filter(value, {}, ast)) ? value : misfit)
    case "Union":
      return ast.types.every(isPlain) ? oneOf(ast.types.map(compile).toReversed()) : bySchema(ast)
    case "TupleType": {
      const [rest] = ast.rest
      return ast.elements.length === 0 && ast.rest.length === 1 && rest ? arrayOf(compile(rest.type)) : bySchema(ast)
    }
    case "Transformation": {
      const parts = ast.annotations[recordParts] as RecordParts | undefined
      if (parts !== undefined) return record(parts)
      const { transformation } = ast
      const [from, to] = [compile(ast.from), compile(ast.to)]
      switch (transformation._tag) {
        case "ComposeTransformation":
          return andThen(from, to)
        case "FinalTransformation":
          return andThen(
            (input) => {
              const value = from(input)
              return value === misfit ? misfit : rightOf(transformation.decode(value, {}, ast, input))
            },
            to
          )
        default:
          return bySchema(ast)
      }
    }
    default:
      return bySchema(ast)
  }
}

const bySchema = (ast: AST.AST): Closure => {
  const decode = ParseResult.decodeUnknownEither(Schema.make<unknown>(ast))
  return (input) => rightOf(decode(input))
}

const rightOf = (result: Effect.Effect<unknown, unknown, unknown>): unknown =>
  Either.isEither(result) && Either.isRight(result) ? result.right : misfit

const andThen = (first: Closure, next: Closure): Closure => (input) => {
  const value = first(input)
  return value === misfit ? misfit : next(value)
}

/** What is kept as it is where it fits, so that it does not matter which member of a union is asked first. */
const isPlain = (ast: AST.AST): boolean => AST.isLiteral(ast) || AST.isStringKeyword(ast) || AST.isNumberKeyword(ast)

const oneOf = (members: ReadonlyArray<Closure>): Closure => (input) =>
  members.some((member) => member(input) !== misfit) ? input : misfit

const arrayOf = (element: Closure): Closure => (input) => {
  if (!Array.isArray(input)) return misfit
  const output = input.map((value: unknown) => element(value))
  return output.includes(misfit) ? misfit : output
}

const record = ({ blank, unknownIn, ...parts }: RecordParts): Closure => {
  const fields = parts.fields.map(({ ast, ...field }) => ({ ...field, decode: compile(ast) }))
  return (input) => {
    if (!isReadonlyRecord(input)) return misfit
    const model: Record<string, unknown> = { ...blank }
    for (const { decode, isRequired, name, wireName } of fields) {
      const received = input[wireName]
      if (!isRequired && (received === null || received === undefined)) continue
      const value = decode(received)
      if (value === misfit) return misfit
      model[name] = value
    }
    model["unknownFields"] = unknownIn(input)
    return model
  }
}
