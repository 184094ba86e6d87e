import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import * as AST from "effect/SchemaAST"

/** Decodes as the Schema does, at a fraction of the cost. */
export interface Decoder<A> {
  (input: unknown): Either.Either<A, ParseResult.ParseIssue>
}

/**
 * A decoder that is compiled once from a Schema into plain closures. Where they find something that does not fit, the
 * Schema itself decodes, and says what is wrong: the closures decide nothing but speed. A kind of Schema that they do not
 * know is decoded by the Schema, too. Unlike the Schema they trust a transformation to give what it declares.
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

type Closure = (input: unknown) => unknown

const compile = (ast: AST.AST): Closure => {
  switch (ast._tag) {
    case "StringKeyword":
      return (input) => typeof input === "string" ? input : misfit
    case "NumberKeyword":
      return (input) => typeof input === "number" ? input : misfit
    case "BooleanKeyword":
      return (input) => typeof input === "boolean" ? input : misfit
    case "UndefinedKeyword":
      return (input) => input === undefined ? input : misfit
    case "Literal":
      return (input) => input === ast.literal ? input : misfit
    case "UnknownKeyword":
      return (input) => input
    case "Refinement":
      return andThen(compile(ast.from), (value) => Option.isNone(ast.filter(value, {}, ast)) ? value : misfit)
    case "Union":
      return ast.types.map(compile).reduceRight(otherwise)
    case "TupleType": {
      const [rest] = ast.rest
      return ast.elements.length === 0 && ast.rest.length === 1 && rest ? arrayOf(compile(rest.type)) : bySchema(ast)
    }
    case "TypeLiteral":
      return ast.indexSignatures.length === 0 && ast.propertySignatures.length > 0 ? struct(ast) : bySchema(ast)
    case "Transformation": {
      const { transformation } = ast
      if (transformation._tag !== "FinalTransformation") return bySchema(ast)
      return andThen(compile(ast.from), (value, input) => {
        const result = transformation.decode(value, {}, ast, input)
        return Either.isEither(result) && Either.isRight(result) ? result.right : misfit
      })
    }
    default:
      return bySchema(ast)
  }
}

const bySchema = (ast: AST.AST): Closure => {
  const decode = ParseResult.decodeUnknownEither(Schema.make<unknown>(ast))
  return (input) => Either.getOrElse(decode(input), () => misfit)
}

const andThen = (first: Closure, next: (value: unknown, input: unknown) => unknown): Closure => (input) => {
  const value = first(input)
  return value === misfit ? misfit : next(value, input)
}

const otherwise = (next: Closure, member: Closure): Closure => (input) => {
  const value = member(input)
  return value === misfit ? next(input) : value
}

const arrayOf = (element: Closure): Closure => (input) => {
  if (!Array.isArray(input)) return misfit
  const output = input.map(element)
  return output.includes(misfit) ? misfit : output
}

const struct = (ast: AST.TypeLiteral): Closure => {
  const fields = ast.propertySignatures.map(({ isOptional, name, type }) => ({
    isOptional,
    name,
    decode: compile(type)
  }))
  const options = AST.getAnnotation<AST.ParseOptions>(ast, AST.ParseOptionsAnnotationId)
  const isExcessKept = Option.exists(options, ({ onExcessProperty }) => onExcessProperty === "preserve")
  return (input) => {
    if (!isStruct(input)) return misfit
    // What is kept as it is need not be copied, until a field becomes something else.
    let output = isExcessKept ? input : {}
    for (const { decode, isOptional, name } of fields) {
      const received = input[name]
      if (received === undefined && isOptional && !(name in input)) continue
      const value = decode(received)
      if (value === misfit) return misfit
      if (output === input && value !== received) output = { ...input }
      if (output !== input) output[name] = value
    }
    return output
  }
}

const isStruct = (input: unknown): input is Record<PropertyKey, unknown> =>
  typeof input === "object" && input !== null && !Array.isArray(input)
